// What `slipway check --json` and `slipway conform --json` print: goals with their results, for programs.

import type { CheckRun } from '../learn/check.ts';
import type { Goal } from '../learn/goal.ts';
import { requireCheck } from '../learn/load-check.ts';
import type { Result } from '../learn/result.ts';
import { describe } from '../learn/show-check.ts';
import type { Language } from '../learn/text.ts';
import { exerciseFile } from '../learn/workspace.ts';
import type { Learning } from './learning.ts';

/** Of a lesson's check. */
export function reportJson(run: CheckRun, { workspace, lesson, language }: Learning): object {
  const { goals } = requireCheck(lesson);
  return {
    lesson,
    file: exerciseFile(workspace, lesson),
    ok: run.ok,
    goals: run.results.map((result) =>
      goalJson(result, goals.find(({ name }) => name === result.goal) as Goal, language),
    ),
    output: run.output,
  };
}

/** Of one goal. */
export function goalJson(
  { goal, ok, leftOut, seen, report: ended, besides, ours }: Result,
  { title }: Pick<Goal, 'title'>,
  language: Language,
): object {
  const report = ended ?? besides;
  const { call, code, errno, file, line, lesson } = report ?? {};
  const meaning = report && describe(report, language).meaning;
  const failed = report && { failed: { call, code, errno, message: report.message, meaning, file, line, lesson } };
  return {
    name: goal,
    title: title[language],
    ok,
    leftOut: leftOut?.[language],
    seen: seen?.[language],
    ...failed,
    ours,
  };
}
