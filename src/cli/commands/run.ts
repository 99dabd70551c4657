// slipway run

import { run, runDetached } from '../../engine/run.ts';
import { toContainerOptions } from '../container-options.ts';
import { refuseMissingTerminal, tellEnd } from '../ending.ts';
import { say } from '../errors.ts';
import { startExplaining } from '../explain-flags.ts';
import { print } from '../print.ts';
import { RUN_FLAG_GROUPS, RUN_FLAGS, RUN_FLAGS_LATER } from '../run-flags.ts';
import { parseOrHelp } from '../with-help.ts';

export default async function runCommand(words: readonly string[]): Promise<number> {
  const parsed = parseOrHelp('run', RUN_FLAGS, words, { groups: RUN_FLAG_GROUPS, later: RUN_FLAGS_LATER });
  if (!parsed) return 0;
  const options = toContainerOptions(parsed.values, parsed.rest);
  if (options.attached?.stdin) refuseMissingTerminal(options);
  startExplaining(parsed.values);
  if (options.attached !== undefined) return tellEnd(await run(options, say));
  print(`${await runDetached(options, say)}\n`);
  return 0;
}
