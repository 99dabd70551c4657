// Which goals a lesson's check finds missed, for a program written on purpose for a test.
//
//     expect(await missedGoals('07-volumes', solved('07-volumes', ['MS_BIND | MS_REC', 'MS_BIND']))).toEqual(['below', …]);

import { readFileSync, writeFileSync } from 'node:fs';
import { solutionFile } from '../../../src/learn/workspace.ts';
import { Learner } from './workspaces.ts';

/** The solution, with some of its text exchanged for other text. @throws Error for text that is not in it. */
export function solved(lesson: string, ...changes: [from: string, to: string][]): string {
  return changes.reduce(
    (program, [from, to]) => {
      if (!program.includes(from)) throw new Error(`the solution of ${lesson} does not say ${from}`);
      return program.replace(from, () => to);
    },
    readFileSync(solutionFile(lesson), 'utf8'),
  );
}

/** The names of the goals that this program does not reach. */
export async function missedGoals(lesson: string, program: string): Promise<string[]> {
  const learner = new Learner();
  writeFileSync(learner.file(lesson), program);
  const { stdout } = await learner.does('check', lesson, '--json');
  const { goals } = JSON.parse(stdout) as { goals: { name: string; ok: boolean; ours?: string }[] };
  const ours = goals.find((goal) => goal.ours);
  if (ours) throw new Error(`a mistake in the check of ${ours.name}: ${ours.ours}`);
  return goals.filter(({ ok }) => !ok).map(({ name }) => name);
}
