// slipway lesson

import { type Lesson, readLesson } from '../../learn/lesson.ts';
import { printedLesson } from '../../learn/printed.ts';
import { Progress } from '../../learn/progress.ts';
import { languageOf } from '../../learn/text.ts';
import { findWorkspace } from '../../learn/workspace.ts';
import { value } from '../flag-kinds.ts';
import { columns, LANG, lessonIsMissing, lessonOf, parseMixed, printLines } from '../learning.ts';
import { parseCount } from '../parse/size.ts';
import { runAndPrint } from '../run-step.ts';

const FLAGS = {
  run: value('N', 'Run the command of step N in the guard', parseCount),
  lang: LANG,
};

/** Outside of a workspace too, where the lesson has to be named. */
export default async function lessonCommand(words: readonly string[]): Promise<number> {
  const parsed = parseMixed('lesson', FLAGS, words);
  if (!parsed) return 0;
  const language = parsed.values.lang ?? languageOf();
  const workspace = findWorkspace();
  const current = workspace === undefined ? undefined : Progress.read(workspace).current();
  const name = lessonOf(parsed.rest, language) ?? current;
  if (name === undefined) return lessonIsMissing('lesson', language);
  const lesson: Lesson = readLesson(name, language);
  const { run } = parsed.values;
  if (run !== undefined) return runAndPrint(lesson, run, language);
  printLines(printedLesson(lesson, language, { width: columns(), color: process.stdout.hasColors?.() ?? false }));
  return 0;
}
