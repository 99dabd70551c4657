// slipway lesson

import { type Lesson, readLesson } from '../../learn/lesson.ts';
import { printedLesson } from '../../learn/printed.ts';
import { Progress } from '../../learn/progress.ts';
import { languageOf } from '../../learn/text.ts';
import { findWorkspace } from '../../learn/workspace.ts';
import { UsageError } from '../flags.ts';
import { columns, LANG, lessonOf, parseMixed, printLines } from '../learning.ts';

/** Outside of a workspace too, where the lesson has to be named. */
export default function lessonCommand(words: readonly string[]): number {
  const parsed = parseMixed('lesson', { lang: LANG }, words);
  if (!parsed) return 0;
  const language = parsed.values.lang ?? languageOf();
  const workspace = findWorkspace();
  const current = workspace === undefined ? undefined : Progress.read(workspace).current();
  const name = lessonOf(parsed.rest, language) ?? current;
  if (name === undefined) throw new UsageError('a lesson is missing: slipway lesson NN');
  const lesson: Lesson = readLesson(name, language);
  printLines(printedLesson(lesson, language, columns(), process.stdout.hasColors?.() ?? false));
  return 0;
}
