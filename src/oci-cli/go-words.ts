// A command line as runc reads it, which is written in Go: `-bundle DIR` is `--bundle DIR`, and flags may also come behind the
// words that are none, as in `delete ID --force`, where those are not another program's.

import type { FlagTable } from '../cli/flags.ts';

/**
 * The same words with all flags in front, and with two dashes where they have long names.
 * @param isProgram says that the words from the first one on that is no flag are to stay as they are.
 */
export function inOurOrder(table: FlagTable, words: readonly string[], isProgram: boolean): string[] {
  const [flags, others] = [[] as string[], [] as string[]];
  const left = [...words];
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    if (word === '--') others.push(...left.splice(0));
    else if (!word.startsWith('-') || word === '-') others.push(word, ...(isProgram ? left.splice(0) : []));
    else flags.push(withTwoDashes(table, word), ...(wantsNext(table, word) ? left.splice(0, 1) : []));
  }
  return [...flags, '--', ...others];
}

function withTwoDashes(table: FlagTable, word: string): string {
  const name = /^-([^-=][^=]+)/.exec(word)?.[1];
  return name !== undefined && Object.hasOwn(table, name) ? `-${word}` : word;
}

/** Its value is the next word. */
function wantsNext(table: FlagTable, word: string): boolean {
  const name = word.replace(/^--?/, '');
  const flag = table[name] ?? Object.values(table).find(({ short }) => short === name);
  return flag !== undefined && flag.alone === undefined;
}
