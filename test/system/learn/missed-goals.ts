// Which goals a lesson's check finds missed, for a program written on purpose for a test.
//
//     expect(await missedGoals('07-volumes', solved('07-volumes', ['MS_BIND | MS_REC', 'MS_BIND']))).toEqual(['below', …]);
//     catches('02-chroot', [['does not step in', [["chdir('/');", '']], ['cwd']]]);

import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkExercise } from '../../../src/learn/check.ts';
import type { Result } from '../../../src/learn/result.ts';
import { solutionFile } from '../../../src/learn/workspace.ts';
import { homeOf } from '../slipway.ts';
import { Learner } from './workspaces.ts';

Object.assign(process.env, homeOf());

/** What is put in place of words that the solution has. */
export type Change = readonly [from: string, to: string];

/** The solution, with some of its text exchanged for other text. @throws Error for text that is not in it. */
export function solved(lesson: string, ...changes: readonly Change[]): string {
  return changes.reduce(
    (program, [from, to]) => {
      if (!program.includes(from)) throw new Error(`the solution of ${lesson} does not say ${from}`);
      return program.replace(from, () => to);
    },
    readFileSync(solutionFile(lesson), 'utf8'),
  );
}

/** What is seen of each goal, asked once, of this program. */
export async function resultsOf(lesson: string, program: string): Promise<Result[]> {
  const learner = new Learner();
  writeFileSync(learner.file(lesson), program);
  const { results } = await checkExercise(lesson, learner.file(lesson), { times: 1 });
  expect(results.filter(({ ours }) => ours)).toEqual([]);
  return results;
}

/** The names of the goals that this program does not reach. */
export async function missedGoals(lesson: string, program: string): Promise<string[]> {
  return (await resultsOf(lesson, program)).filter(({ ok }) => !ok).map(({ goal }) => goal);
}

/** A mistake that is put into the solution, and the goals that are then missed. */
export type Mistake = readonly [what: string, changes: readonly Change[], missed: readonly string[]];

export function catches(lesson: string, mistakes: readonly Mistake[]): void {
  test.concurrent.each(mistakes)('a program that %s is caught', async (_, changes, missed) => {
    expect(await missedGoals(lesson, solved(lesson, ...changes))).toEqual(missed);
  });
}

/** Imports one more function: put behind the first line. */
export function using(file: string, name: string): Change {
  return ['\n', `\nimport { ${name} } from 'slipway/linux/${file}.ts';\n`];
}
