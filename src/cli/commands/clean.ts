// slipway clean

import { clean } from '../../engine/clean.ts';
import { showError } from '../errors.ts';
import { UsageError } from '../flags.ts';
import { print } from '../print.ts';
import { parseOrHelp } from '../with-help.ts';

export default function cleanCommand(words: readonly string[]): number {
  const parsed = parseOrHelp('clean', {}, words, { groups: {} });
  if (!parsed) return 0;
  if (parsed.rest.length > 0) throw new UsageError(`clean takes no words, and "${parsed.rest[0]}" is one`);
  let code = 0;
  const sentences = clean((error) => {
    code = showError(error);
  });
  if (sentences.length === 0 && code === 0) sentences.push('nothing to clean');
  print(sentences.map((sentence) => `${sentence}\n`).join(''));
  return code;
}
