// slipway diff

import { diff } from '../../engine/diff.ts';
import { onlyWord, orOne } from '../each.ts';
import { print } from '../print.ts';
import { parseOrHelp } from '../with-help.ts';

const LETTERS = { added: 'A', changed: 'C', deleted: 'D' } as const;

export default function diffCommand(words: readonly string[]): number | Promise<number> {
  const parsed = parseOrHelp('diff', {}, words, { groups: {}, mixed: true });
  if (!parsed) return 0;
  const reference = onlyWord(parsed.rest, 'diff');
  return orOne(() => {
    print(
      diff(reference)
        .map(({ kind, path }) => `${LETTERS[kind]} ${path}\n`)
        .join(''),
    );
    return 0;
  });
}
