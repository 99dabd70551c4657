// slipway create

import { create } from '../../engine/start.ts';
import { toContainerOptions } from '../container-options.ts';
import { orOne } from '../each.ts';
import { startExplaining } from '../explain-flags.ts';
import { print } from '../print.ts';
import { RUN_FLAG_GROUPS, RUN_FLAGS, RUN_FLAGS_LATER } from '../run-flags.ts';
import { parseOrHelp } from '../with-help.ts';

export default function createCommand(words: readonly string[]): number | Promise<number> {
  const parsed = parseOrHelp('create', RUN_FLAGS, words, { groups: RUN_FLAG_GROUPS, later: RUN_FLAGS_LATER });
  if (!parsed) return 0;
  const options = toContainerOptions(parsed.values, parsed.rest, 'create');
  startExplaining(parsed.values);
  return orOne(async () => {
    print(`${await create(options)}\n`);
    return 0;
  });
}
