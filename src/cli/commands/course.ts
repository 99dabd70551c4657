// slipway course

import { languageOf } from '../../learn/text.ts';
import { becomeCourse } from '../course.ts';
import { toggle } from '../flag-kinds.ts';
import { UsageError } from '../flags.ts';
import { LANG, lessonOf } from '../learning.ts';
import { isTerminal } from '../print.ts';
import { parseOrHelp } from '../with-help.ts';

const FLAGS = {
  lang: LANG,
  plain: toggle('Lines of text alone, without frames: for a screen reader'),
};

export default function courseCommand(words: readonly string[]): number {
  const parsed = parseOrHelp('course', FLAGS, words);
  if (!parsed) return 0;
  const { values, rest } = parsed;
  if (!isTerminal()) throw new UsageError('the course needs a terminal to open in');
  const language = values.lang ?? languageOf();
  const lesson = lessonOf(rest, language);
  return becomeCourse([language, ...(values.plain ? ['--plain'] : []), ...(lesson === undefined ? [] : [lesson])]);
}
