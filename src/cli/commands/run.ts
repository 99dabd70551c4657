// slipway run

import { rmSync } from 'node:fs';
import type { ContainerOptions } from '../../engine/options.ts';
import { run } from '../../engine/run.ts';
import { writeNewUserFile } from '../../engine/user-file.ts';
import { ensureSealed } from '../../runtime/seal.ts';
import { toContainerOptions } from '../container-options.ts';
import { refuseMissingTerminal, tellEnd } from '../ending.ts';
import { say } from '../errors.ts';
import { startExplaining } from '../explain-flags.ts';
import { UsageError } from '../flags.ts';
import { RUN_FLAG_GROUPS, RUN_FLAGS, RUN_FLAGS_LATER } from '../run-flags.ts';
import { parseOrHelp } from '../with-help.ts';

export default async function runCommand(words: readonly string[]): Promise<number> {
  const parsed = parseOrHelp('run', RUN_FLAGS, words, { groups: RUN_FLAG_GROUPS, later: RUN_FLAGS_LATER });
  if (!parsed) return 0;
  const options = toContainerOptions(parsed.values, parsed.rest);
  refuseMissingTerminal(options);
  startExplaining(parsed.values);
  ensureSealed(); // which may begin all over again: the file would then be there already
  claimCidFile(options);
  try {
    return tellEnd(await run(options, say));
  } catch (error) {
    if (options.cidFile) rmSync(options.cidFile, { force: true }); // there is no such container
    throw error;
  }
}

/** Makes the file that will take the id: of several starts at once that want the same one, one gets it. */
function claimCidFile({ cidFile }: ContainerOptions): void {
  if (cidFile === undefined) return;
  try {
    writeNewUserFile(cidFile, '');
  } catch (error) {
    throw new UsageError(`--cidfile "${cidFile}": ${(error as Error).message}`);
  }
}
