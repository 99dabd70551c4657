// slipway create

import { create } from '../../engine/start.ts';
import { toContainerOptions } from '../container-options.ts';
import { orOne } from '../each.ts';
import { startExplaining } from '../explain-flags.ts';
import { DETACH_KEYS } from '../parse/attach.ts';
import { print } from '../print.ts';
import { RUN_FLAG_GROUPS, RUN_FLAGS, RUN_FLAGS_LATER } from '../run-flags.ts';
import { parseOrHelp } from '../with-help.ts';

/** How one stays with a container `start` is told. */
const { detach: _, 'detach-keys': __, 'sig-proxy': ___, ...ALL } = RUN_FLAGS;
const GROUPS = { ...RUN_FLAG_GROUPS, 'How you stay with it': { attach: RUN_FLAGS.attach } };
const STAYING = { detach: false, 'detach-keys': DETACH_KEYS, 'sig-proxy': true };

const FLAGS = ALL;

export default function createCommand(words: readonly string[]): number | Promise<number> {
  const parsed = parseOrHelp('create', FLAGS, words, { groups: GROUPS, later: RUN_FLAGS_LATER });
  if (!parsed) return 0;
  const options = toContainerOptions({ ...parsed.values, ...STAYING }, parsed.rest, 'create');
  startExplaining(parsed.values);
  return orOne(async () => {
    print(`${await create(options)}\n`);
    return 0;
  });
}
