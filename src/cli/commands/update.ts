// slipway update

import { known } from '../../engine/known.ts';
import { update } from '../../engine/update.ts';
import { resourceOptions } from '../container-options.ts';
import { forEach } from '../each.ts';
import { say } from '../errors.ts';
import { value } from '../flag-kinds.ts';
import { UsageError } from '../flags.ts';
import { parseRestartPolicy } from '../parse/restart.ts';
import { RUN_FLAGS } from '../run-flags.ts';
import { parseOrHelp } from '../with-help.ts';

/** Of the limits those that can be changed while a program runs. */
const FLAGS = {
  'blkio-weight': RUN_FLAGS['blkio-weight'],
  'cpu-period': RUN_FLAGS['cpu-period'],
  'cpu-quota': RUN_FLAGS['cpu-quota'],
  'cpu-rt-period': RUN_FLAGS['cpu-rt-period'],
  'cpu-rt-runtime': RUN_FLAGS['cpu-rt-runtime'],
  'cpu-shares': RUN_FLAGS['cpu-shares'],
  cpus: RUN_FLAGS.cpus,
  'cpuset-cpus': RUN_FLAGS['cpuset-cpus'],
  'cpuset-mems': RUN_FLAGS['cpuset-mems'],
  memory: RUN_FLAGS.memory,
  'memory-reservation': RUN_FLAGS['memory-reservation'],
  'memory-swap': RUN_FLAGS['memory-swap'],
  'pids-limit': RUN_FLAGS['pids-limit'],
  restart: value('POLICY', 'Start it again when it has ended: no, on-failure[:N], always, …', parseRestartPolicy),
};

export default function updateCommand(words: readonly string[]): number {
  const parsed = parseOrHelp('update', FLAGS, words, { mixed: true });
  if (!parsed) return 0;
  const { restart, ...limits } = parsed.values;
  const resources = resourceOptions(limits);
  if (restart === undefined && Object.keys(resources).length === 0) {
    throw new UsageError('you must provide one or more flags when using this command');
  }
  return forEach(parsed.rest, 'update', (reference) => update(reference, { resources, ...known({ restart }) }, say));
}
