// slipway present

import { Asciicast } from '../../learn/asciicast.ts';
import { type Lesson, readLesson } from '../../learn/lesson.ts';
import { printedLesson } from '../../learn/printed.ts';
import { record } from '../../learn/record.ts';
import { type Language, languageOf, type Text } from '../../learn/text.ts';
import { getTerminalSize } from '../../linux/terminal.ts';
import { becomeCourse, prepareCourse } from '../course.ts';
import { say } from '../errors.ts';
import { asIs, toggle, value } from '../flag-kinds.ts';
import { UsageError } from '../flags.ts';
import { columns, LANG, lessonIsMissing, lessonOf, parseMixed, printLines } from '../learning.ts';
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
  if (lesson === undefined) return lessonIsMissing('present', language);
  const course = [language, '--present', ...(plain ? ['--plain'] : []), lesson];
  if (file !== undefined) return recorded(file, readLesson(lesson, language), language, course);
  return isTerminal() ? becomeCourse(course) : printed(lesson, language);
}

async function recorded(
  file: string,
  { title }: Lesson,
  language: Language,
  course: readonly string[],
): Promise<number> {
  if (!isTerminal()) throw new UsageError(NO_TERMINAL[language]);
  const become = prepareCourse(course);
  const cast = openCast(file, title, language);
  const code = await record(cast, become);
  if (cast.failure) say(endsEarly(file, cast.failure)[language]);
  return code;
}

const NO_TERMINAL: Text = {
  en: '--record needs a terminal: what is shown there is recorded',
  zh: '--record 需要终端：录下的就是终端里显示的内容',
};

function openCast(file: string, title: string, language: Language): Asciicast {
  try {
    return new Asciicast(file, getTerminalSize(0), title);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new UsageError(isThere(file)[language]);
  }
}

function endsEarly(file: string, { message }: Error): Text {
  return { en: `${file} ends before the lesson did: ${message}`, zh: `${file} 没有录完：${message}` };
}

function isThere(file: string): Text {
  return {
    en: `${file} is there already: a recording never overwrites a file`,
    zh: `${file} 已经存在：录像从不覆盖文件`,
  };
}

function printed(lesson: string, language: Language): number {
  printLines(printedLesson(readLesson(lesson, language), language, { width: columns(), color: false, notes: true }));
  return 0;
}
