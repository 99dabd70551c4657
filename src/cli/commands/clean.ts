// slipway clean

import { clean } from '../../engine/clean.ts';
import { UsageError } from '../flags.ts';
import { parseOrHelp } from '../with-help.ts';

export default function cleanCommand(words: readonly string[]): number {
  const parsed = parseOrHelp('clean', {}, words, { groups: {} });
  if (!parsed) return 0;
  if (parsed.rest.length > 0) throw new UsageError(`clean takes no words, and "${parsed.rest[0]}" is one`);
  const sentences = clean();
  process.stdout.write(sentences.length === 0 ? 'nothing to clean\n' : `${sentences.join('\n')}\n`);
  return 0;
}
