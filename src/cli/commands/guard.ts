// slipway guard

import { guard } from '../../learn/guard.ts';
import { tellEnd } from '../ending.ts';
import { say } from '../errors.ts';
import { asIs, list, toggle } from '../flag-kinds.ts';
import { UsageError } from '../flags.ts';
import { parseOrHelp } from '../with-help.ts';

const FLAGS = {
  tty: toggle('Give the program a terminal', { short: 't' }),
  folder: list('PATH', 'Show this folder inside too, read-only, wherever it lies', asIs),
};

export default async function guardCommand(words: readonly string[]): Promise<number> {
  const parsed = parseOrHelp('guard', FLAGS, words);
  if (!parsed) return 0;
  if (parsed.rest.length === 0) throw new UsageError('a command is missing: slipway guard [flags] COMMAND …');
  return tellEnd(await guard({ command: parsed.rest, tty: parsed.values.tty, folders: parsed.values.folder }, say));
}
