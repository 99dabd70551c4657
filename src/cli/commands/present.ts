// slipway present

import { readLesson } from '../../learn/lesson.ts';
import { printedLesson } from '../../learn/printed.ts';
import { languageOf } from '../../learn/text.ts';
import { becomeCourse } from '../course.ts';
import { toggle } from '../flag-kinds.ts';
import { UsageError } from '../flags.ts';
import { columns, LANG, lessonOf, parseMixed, printLines } from '../learning.ts';
import { isTerminal } from '../print.ts';

const FLAGS = {
  lang: LANG,
  plain: toggle('Lines of text alone, without frames: for a screen reader'),
};

export default function presentCommand(words: readonly string[]): number {
  const parsed = parseMixed('present', FLAGS, words);
  if (!parsed) return 0;
  const { plain } = parsed.values;
  const language = parsed.values.lang ?? languageOf();
  const lesson = lessonOf(parsed.rest, language);
  if (lesson === undefined) throw new UsageError('a lesson is missing: slipway present NN');
  if (isTerminal()) return becomeCourse([language, '--present', ...(plain ? ['--plain'] : []), lesson]);
  printLines(printedLesson(readLesson(lesson, language), language, { width: columns(), color: false, notes: true }));
  return 0;
}
