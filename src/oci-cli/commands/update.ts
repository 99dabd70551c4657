// slipway-oci update: other limits for a container that is there.

import { openCgroup } from '../../cgroups/cgroup.ts';
import { asIs, value } from '../../cli/flag-kinds.ts';
import type { Values } from '../../cli/flags.ts';
import { parseInteger, parseSizeOrUnlimited } from '../../cli/parse/size.ts';
import { known } from '../../engine/known.ts';
import type { Resources, Spec } from '../../oci.ts';
import { checkSpec } from '../../runtime/check-spec.ts';
import { readJsonFile } from '../bundle-folder.ts';
import type { Context } from '../globals.ts';
import { parseWords } from '../help.ts';
import { withLock } from '../lock.ts';
import { statusOf } from '../status.ts';
import { load, loadConfig } from '../store.ts';

const FLAGS = {
  resources: value('FILE', 'The limits as `linux.resources` has them, as JSON; - is stdin', asIs, { short: 'r' }),
  'blkio-weight': value('N', 'Share of the disks, 10 to 1000', parseInteger),
  'cpu-period': value('US', 'Microseconds after which the quota begins anew', parseInteger),
  'cpu-quota': value('US', 'Microseconds of processor time in a period', parseInteger),
  'cpu-share': value('N', 'Share of the processors', parseInteger),
  'cpu-burst': value('US', 'Microseconds that may be saved up for later', parseInteger),
  'cpu-idle': value('0|1', '1: only when nobody else wants the processor', parseInteger),
  'cpu-rt-period': value('US', 'The period for realtime processes', parseInteger),
  'cpu-rt-runtime': value('US', 'The quota for realtime processes', parseInteger),
  'cpuset-cpus': value('LIST', 'Which processors', asIs),
  'cpuset-mems': value('LIST', 'Which memory nodes', asIs),
  memory: value('SIZE', 'Memory; -1 is no limit', parseSizeOrUnlimited),
  'memory-reservation': value('SIZE', 'Memory that is left to it when it gets scarce', parseSizeOrUnlimited),
  'memory-swap': value('SIZE', 'Memory and swap together; -1 is no limit', parseSizeOrUnlimited),
  'kernel-memory': value('SIZE', 'Accepted: the kernel has given it up', parseSizeOrUnlimited),
  'kernel-memory-tcp': value('SIZE', 'Accepted: the kernel has given it up', parseSizeOrUnlimited),
  'pids-limit': value('N', 'How many processes', parseInteger),
};

export default function updateCommand(words: readonly string[], { root, log }: Context): number {
  const parsed = parseWords('update', FLAGS, words, [1, 1]);
  if (!parsed) return 0;
  const container = load(root, parsed.rest[0] as string);
  withLock(container, () => {
    if (statusOf(container, { hasLock: true }) === 'stopped')
      throw new Error(`container not running: "${container.id}" has stopped`);
    const resources = resourcesOf(parsed.values, loadConfig(container));
    for (const sentence of openCgroup(container.cgroupPath).update(resources)) log.warn(sentence);
  });
  return 0;
}

/** Which devices may be used stays as it is. */
function resourcesOf(values: Values<typeof FLAGS>, spec: Spec): Resources {
  const { resources: file } = values;
  const wanted = file === undefined ? fromFlags(values) : (readJsonFile(file === '-' ? 0 : file) as Resources);
  const { devices: _, ...rest } = wanted;
  const document = { ...spec, linux: { ...spec.linux, resources: rest } };
  return checkSpec(file ?? 'update', document).linux?.resources ?? {};
}

function fromFlags(values: Values<typeof FLAGS>): Resources {
  const cpu = known({
    period: values['cpu-period'],
    quota: values['cpu-quota'],
    shares: values['cpu-share'],
    burst: values['cpu-burst'],
    idle: values['cpu-idle'] as 0 | 1 | undefined, // the check of the whole says if it is another
    realtimePeriod: values['cpu-rt-period'],
    realtimeRuntime: values['cpu-rt-runtime'],
    cpus: values['cpuset-cpus'],
    mems: values['cpuset-mems'],
  });
  const memory = known({
    limit: values.memory,
    reservation: values['memory-reservation'],
    swap: values['memory-swap'],
    kernel: values['kernel-memory'],
    kernelTCP: values['kernel-memory-tcp'],
  });
  const blockIO = known({ weight: values['blkio-weight'] });
  const limit = values['pids-limit'];
  return { cpu, memory, blockIO, ...(limit === undefined ? {} : { pids: { limit } }) };
}
