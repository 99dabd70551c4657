// slipway complete: what the scripts of `slipway completion` ask. It is for them, and in no list of verbs.

import { candidatesFor } from '../complete/candidates.ts';
import { print } from '../print.ts';

export default async function completeCommand(words: readonly string[]): Promise<number> {
  const [first, ...rest] = words;
  const answer = await candidatesFor(first === '--' ? rest : words);
  print(answer === 'files' ? ':files\n' : answer.map(({ word, about }) => `${word}\t${about}\n`).join(''));
  return 0;
}
