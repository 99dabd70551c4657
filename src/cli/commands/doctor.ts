// slipway doctor

import { type Examination, examine } from '../../learn/doctor/doctor.ts';
import { showExamination } from '../../learn/doctor/show.ts';
import { type Language, languageOf } from '../../learn/text.ts';
import { UsageError } from '../flags.ts';
import { columns, JSON_FLAG, LANG, parseMixed, printLines } from '../learning.ts';

/** @returns 0 when all lessons can be done, else 1. */
export default function doctorCommand(words: readonly string[]): number {
  const parsed = parseMixed('doctor', { json: JSON_FLAG, lang: LANG }, words);
  if (!parsed) return 0;
  if (parsed.rest.length > 0) throw new UsageError(`doctor takes no words, and "${parsed.rest[0]}" is one`);
  const language = parsed.values.lang ?? languageOf();
  const examination = examine();
  if (parsed.values.json) printLines([JSON.stringify(asJson(examination, language), null, 2)]);
  else printLines(showExamination(examination, language, columns()));
  return examination.ok ? 0 : 1;
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
