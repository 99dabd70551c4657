// slipway conform

import { styleText } from 'node:util';
import { conform } from '../../learn/conform/conform.ts';
import type { ConformGoal } from '../../learn/conform/goal.ts';
import { CONFORM_GOALS } from '../../learn/conform/goals.ts';
import type { Result } from '../../learn/result.ts';
import { showResult } from '../../learn/show-check.ts';
import { type Language, languageOf, type Text } from '../../learn/text.ts';
import { goalJson } from '../check-json.ts';
import { asIs, toggle, value } from '../flag-kinds.ts';
import { UsageError } from '../flags.ts';
import { columns, inLanguageOf, JSON_FLAG, LANG, printLines } from '../learning.ts';
import { print } from '../print.ts';
import { parseOrHelp } from '../with-help.ts';

const FLAGS = {
  image: value('NAME', 'The program takes an image and no folder: this one', asIs),
  all: toggle('What has to be left out counts as not reached'),
  json: JSON_FLAG,
  lang: LANG,
};

/** @returns 0 when every goal is reached, else 1. */
export default async function conformCommand(words: readonly string[]): Promise<number> {
  const parsed = inLanguageOf(words, () => parseOrHelp('conform', FLAGS, words));
  if (!parsed) return 0;
  const { all, image, json, lang } = parsed.values;
  const language = lang ?? languageOf();
  if (parsed.rest.length === 0) throw new UsageError(NO_PROGRAM[language]);
  let told: Result | undefined;
  const onResult = (result: Result) => {
    if (!json) printLines(showResult(result, goalOf(result), { language, width: columns() }, told));
    if (!result.ok) told = result;
  };
  const results = await conform(parsed.rest, { onResult, image });
  const counts = count(results);
  const ok = counts.failed === 0 && !(all && counts.leftOut > 0);
  if (json) print(`${JSON.stringify(report(parsed.rest, ok, results, language), null, 2)}\n`);
  else printLines(['', summary(counts)[language]]);
  return ok ? 0 : 1;
}

const NO_PROGRAM: Text = {
  en: 'a program is missing: slipway conform [flags] -- CMD …',
  zh: '缺少程序：slipway conform [选项] -- CMD …',
};

function goalOf({ goal }: Result): ConformGoal {
  return CONFORM_GOALS.find(({ name }) => name === goal) as ConformGoal;
}

interface Counts {
  reached: number;
  failed: number;
  leftOut: number;
}

function count(results: readonly Result[]): Counts {
  const failed = results.filter(({ ok }) => !ok).length;
  const leftOut = results.filter((result) => result.leftOut !== undefined).length;
  return { reached: results.length - failed - leftOut, failed, leftOut };
}

function summary({ reached, failed, leftOut }: Counts): Record<Language, string> {
  const color = failed === 0 ? 'green' : 'red';
  return {
    en: styleText(color, `${reached} goals reached, ${failed} not, ${leftOut} left out`),
    zh: styleText(color, `达成 ${reached} 个目标，未达成 ${failed} 个，没有问 ${leftOut} 个`),
  };
}

function report(command: readonly string[], ok: boolean, results: readonly Result[], language: Language): object {
  return { command, ok, goals: results.map((result) => goalJson(result, goalOf(result), language)) };
}
