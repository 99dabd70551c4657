// slipway guard

import { guard } from '../../learn/guard.ts';
import { tellEnd } from '../ending.ts';
import { say } from '../errors.ts';
import { asIs, list, toggle, valueOr } from '../flag-kinds.ts';
import { UsageError } from '../flags.ts';
import { parseCount } from '../parse/size.ts';
import { parseOrHelp } from '../with-help.ts';

const FLAGS = {
  tty: toggle('Give the program a terminal', { short: 't' }),
  folder: list('PATH', 'Show this folder inside too, read-only, wherever it lies', asIs),
  seconds: valueOr('N', 'Seconds after which it is killed: 60; 0 is never', parseCount, 60),
};

export default async function guardCommand(words: readonly string[]): Promise<number> {
  const parsed = parseOrHelp('guard', FLAGS, words);
  if (!parsed) return 0;
  if (parsed.rest.length === 0) throw new UsageError('a command is missing: slipway guard [flags] COMMAND …');
  const { tty, folder, seconds } = parsed.values;
  return tellEnd(await guard({ command: parsed.rest, tty, folders: folder, seconds }, say));
}
