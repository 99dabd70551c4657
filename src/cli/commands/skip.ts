// slipway skip

import { LANG, learning, parseMixed, printLines } from '../learning.ts';

/** Leaves a lesson out, and goes on to the next. */
export default function skipCommand(words: readonly string[]): number {
  const parsed = parseMixed('skip', { lang: LANG }, words);
  if (!parsed) return 0;
  const { progress: read, lesson, language } = learning(parsed.rest, parsed.values.lang);
  const progress = read();
  progress.set(lesson, 'skipped');
  const next = progress.nextAfter(lesson);
  if (next !== undefined && progress.current() === lesson) progress.goTo(next);
  const now = progress.current();
  printLines([{ en: `${lesson} is skipped. Now: ${now}`, zh: `跳过了 ${lesson}。现在是 ${now}` }[language]]);
  return 0;
}
