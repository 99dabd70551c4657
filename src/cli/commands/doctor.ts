// slipway doctor

import { type Examination, examine } from '../../learn/doctor/doctor.ts';
import { showExamination } from '../../learn/doctor/show.ts';
import { type Language, languageOf, type Text } from '../../learn/text.ts';
import { UsageError } from '../flags.ts';
import { columns, JSON_FLAG, LANG, parseMixed, printLines } from '../learning.ts';

/** @returns 0 when all lessons can be done, else 1. */
export default function doctorCommand(words: readonly string[]): number {
  const parsed = parseMixed('doctor', { json: JSON_FLAG, lang: LANG }, words);
  if (!parsed) return 0;
  const language = parsed.values.lang ?? languageOf();
  const [word] = parsed.rest;
  if (word !== undefined) throw new UsageError(noWords(word)[language]);
  const examination = examine();
  if (parsed.values.json) printLines([JSON.stringify(asJson(examination, language), null, 2)]);
  else printLines(showExamination(examination, language, columns()));
  return examination.ok ? 0 : 1;
}

function noWords(word: string): Text {
  return { en: `doctor takes no words, and "${word}" is one`, zh: `doctor 后面不跟别的词，“${word}”是多出来的` };
}

function asJson({ ok, answers, verdicts }: Examination, language: Language) {
  return {
    ok,
    questions: answers.map(({ question, state, seen, cure, command, lessons }) => {
      return { name: question.name, state, seen: seen[language], cure: cure?.[language], command, lessons };
    }),
    lessons: verdicts.map(({ name, ok, because }) => ({ name, ok, because: because.map(({ name }) => name) })),
  };
}
