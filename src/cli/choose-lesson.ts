// The lesson that a word of the user's means: `4`, `04`, `pivot-root`, `04-pivot-root`, or the beginning of its name.

import { lessonNames } from '../learn/lesson.ts';
import type { Language } from '../learn/text.ts';
import { nearest } from './nearest.ts';

/** @throws Error for a word that means none, or several. */
export function chooseLesson(word: string, language: Language, names: readonly string[] = lessonNames()): string {
  const number = /^\d{1,2}$/.test(word) ? `${word.padStart(2, '0')}-` : undefined;
  const exact = names.find((name) => name === word || name.slice(3) === word || (number && name.startsWith(number)));
  if (exact !== undefined) return exact;
  const begun = names.filter((name) => name.startsWith(word) || name.slice(3).startsWith(word));
  if (begun.length === 1 && word !== '') return begun[0] as string;
  throw new Error(unknownLesson(word, language, names));
}

function unknownLesson(word: string, language: Language, names: readonly string[]): string {
  const meant = nearest(
    word,
    names.map((name) => name.slice(3)),
  );
  const question = { en: ` Did you mean ${meant}?`, zh: `你是不是想找 ${meant}？` };
  const list = { en: ' `slipway lessons` lists them', zh: '`slipway lessons` 列出所有课程' };
  const said = { en: `there is no lesson "${word}".`, zh: `没有“${word}”这一课。` };
  return said[language] + (meant === undefined ? list : question)[language];
}
