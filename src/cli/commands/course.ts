// slipway course

import { languageOf, type Text } from '../../learn/text.ts';
import { becomeCourse } from '../course.ts';
import { toggle } from '../flag-kinds.ts';
import { UsageError } from '../flags.ts';
import { LANG, lessonOf, parseMixed } from '../learning.ts';
import { isTerminal } from '../print.ts';

const FLAGS = {
  lang: LANG,
  plain: toggle('Lines of text alone, without frames: for a screen reader'),
};

export default function courseCommand(words: readonly string[]): number {
  const parsed = parseMixed('course', FLAGS, words);
  if (!parsed) return 0;
  const { values, rest } = parsed;
  const language = values.lang ?? languageOf();
  if (!isTerminal()) throw new UsageError(NO_TERMINAL[language]);
  const lesson = lessonOf(rest, language);
  return becomeCourse([language, ...(values.plain ? ['--plain'] : []), ...(lesson === undefined ? [] : [lesson])]);
}

const NO_TERMINAL: Text = { en: 'the course needs a terminal to open in', zh: '打开课程需要终端' };
