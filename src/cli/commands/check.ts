// slipway check

import { reportJson } from '../check-json.ts';
import { judge, judgeAndPrint } from '../check-lesson.ts';
import { JSON_FLAG, keep, LANG, learning, parseMixed } from '../learning.ts';
import { print } from '../print.ts';

const FLAGS = { json: JSON_FLAG, lang: LANG };

/** @returns 0 when every goal is reached, else 1. */
export default async function checkCommand(words: readonly string[]): Promise<number> {
  const parsed = parseMixed('check', FLAGS, words);
  if (!parsed) return 0;
  const { json, lang } = parsed.values;
  const where = learning(parsed.rest, lang);
  if (parsed.rest.length > 0) keep(where, (progress) => progress.goTo(where.lesson));
  const run = json ? await judge(where) : await judgeAndPrint(where);
  if (json) print(`${JSON.stringify(reportJson(run, where), null, 2)}\n`);
  return run.ok ? 0 : 1;
}
