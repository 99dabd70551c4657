// slipway skip

import type { Text } from '../../learn/text.ts';
import { LANG, learning, parseMixed, printLines } from '../learning.ts';

/** Leaves a lesson out, and goes on to the next. One that is done stays so. */
export default function skipCommand(words: readonly string[]): number {
  const parsed = parseMixed('skip', { lang: LANG }, words);
  if (!parsed) return 0;
  const { progress: read, lesson, language } = learning(parsed.rest, parsed.values.lang);
  const progress = read();
  const isDone = progress.stateOf(lesson) === 'done';
  if (!isDone) progress.set(lesson, 'skipped');
  const next = progress.nextAfter(lesson);
  if (next !== undefined && progress.current() === lesson) progress.goTo(next);
  const now = progress.current();
  printLines([(isDone ? itsDone(lesson, now) : itsSkipped(lesson, now))[language]]);
  return 0;
}

function itsDone(lesson: string, now: string): Text {
  return { en: `${lesson} is done already. Now: ${now}`, zh: `${lesson} 已经完成。现在是 ${now}` };
}

function itsSkipped(lesson: string, now: string): Text {
  return { en: `${lesson} is skipped. Now: ${now}`, zh: `跳过了 ${lesson}。现在是 ${now}` };
}
