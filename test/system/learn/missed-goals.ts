// Which goals a lesson's check finds missed, for a program written on purpose for a test.
//
//     expect(await missedGoals('07-volumes', solved('07-volumes', ['MS_BIND | MS_REC', 'MS_BIND']))).toEqual(['below', …]);

import { chownSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exerciseFile, initWorkspace, solutionFile } from '../../../src/learn/workspace.ts';
import { scratch, slipway } from '../slipway.ts';
import type { User } from '../users.ts';

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

/** The names of the goals that are not reached. Without a program: by the exercise as it is shipped. */
export async function missedGoals(lesson: string, program?: string, user?: User): Promise<string[]> {
  const workspace = join(scratch('learner', user), 'course');
  initWorkspace(workspace);
  if (user) chownSync(workspace, user.uid, user.gid);
  if (program !== undefined) writeFileSync(exerciseFile(workspace, lesson), program);
  const { stdout } = await slipway(['check', lesson, '--json'], { user, cwd: workspace });
  const { goals } = JSON.parse(stdout) as { goals: { name: string; ok: boolean; ours?: string }[] };
  const ours = goals.find((goal) => goal.ours);
  if (ours) throw new Error(`a mistake in the check of ${ours.name}: ${ours.ours}`);
  return goals.filter(({ ok }) => !ok).map(({ name }) => name);
}
