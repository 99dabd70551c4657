// slipway present

import { Asciicast } from '../../learn/asciicast.ts';
import { readLesson } from '../../learn/lesson.ts';
import { printedLesson } from '../../learn/printed.ts';
import { record } from '../../learn/record.ts';
import { type Language, languageOf } from '../../learn/text.ts';
import { getTerminalSize } from '../../linux/terminal.ts';
import { becomeCourse, prepareCourse } from '../course.ts';
import { asIs, toggle, value } from '../flag-kinds.ts';
import { UsageError } from '../flags.ts';
import { columns, LANG, lessonOf, parseMixed, printLines } from '../learning.ts';
import { isTerminal } from '../print.ts';

const FLAGS = {
  record: value('FILE', 'Record it as an asciicast, which asciinema plays', asIs),
  lang: LANG,
  plain: toggle('Lines of text alone, without frames: for a screen reader'),
};

export default function presentCommand(words: readonly string[]): number | Promise<number> {
  const parsed = parseMixed('present', FLAGS, words);
  if (!parsed) return 0;
  const { plain, record: file } = parsed.values;
  const language = parsed.values.lang ?? languageOf();
  const lesson = lessonOf(parsed.rest, language);
  if (lesson === undefined) throw new UsageError('a lesson is missing: slipway present NN');
  const course = [language, '--present', ...(plain ? ['--plain'] : []), lesson];
  if (file !== undefined) return recorded(file, readLesson(lesson, language).title, course);
  return isTerminal() ? becomeCourse(course) : printed(lesson, language);
}

function recorded(file: string, title: string, course: readonly string[]): Promise<number> | number {
  if (!isTerminal()) throw new UsageError('--record needs a terminal: what is shown there is recorded');
  const become = prepareCourse(course);
  return record(openCast(file, title), become);
}

function openCast(file: string, title: string): Asciicast {
  try {
    return new Asciicast(file, getTerminalSize(0), title);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new UsageError(`${file} is there already: a recording never overwrites a file`);
  }
}

function printed(lesson: string, language: Language): number {
  printLines(printedLesson(readLesson(lesson, language), language, { width: columns(), color: false, notes: true }));
  return 0;
}
