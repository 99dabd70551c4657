// slipway reset

import { createInterface } from 'node:readline/promises';
import { languageOf } from '../../learn/text.ts';
import { exerciseFile, resetExercise } from '../../learn/workspace.ts';
import { toggle } from '../flag-kinds.ts';
import { UsageError } from '../flags.ts';
import { LANG, type Learning, learning, lessonIsMissing, parseMixed, printLines } from '../learning.ts';

const FLAGS = { yes: toggle('Do not ask', { short: 'y' }), lang: LANG };

export default async function resetCommand(words: readonly string[]): Promise<number> {
  const parsed = parseMixed('reset', FLAGS, words);
  if (!parsed) return 0;
  if (parsed.rest.length === 0) return lessonIsMissing('reset', parsed.values.lang ?? languageOf());
  const where = learning(parsed.rest, parsed.values.lang);
  if (!parsed.values.yes && !(await isSure(where))) return 1;
  resetExercise(where.workspace, where.lesson);
  where.progress().forget(where.lesson);
  printLines([{ en: `${where.lesson} is as at the beginning`, zh: `${where.lesson} 已恢复原样` }[where.language]]);
  return 0;
}

async function isSure({ workspace, lesson, language }: Learning): Promise<boolean> {
  if (!process.stdin.isTTY) throw new UsageError(NO_TERMINAL[language]);
  const file = exerciseFile(workspace, lesson);
  const question = { en: `Throw away what you wrote in ${file}? [y/N] `, zh: `丢掉你写在 ${file} 里的内容？[y/N] ` };
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(question[language]).finally(() => terminal.close());
  return ['y', 'yes', '是'].includes(answer.trim().toLowerCase());
}

const NO_TERMINAL = {
  en: 'there is no terminal to ask in: --yes throws away what is written in the exercise',
  zh: '没有终端可以询问：加上 --yes 就会丢掉练习里写的内容',
};
