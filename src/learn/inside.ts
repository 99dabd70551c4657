// The check's inner half, which runs in the guard: `inside.ts LESSON FILE` starts the learner's file, asks each goal of the
// lesson twice, and prints a line of JSON for each answer.

import { join } from 'node:path';
import type { Answer, Check, Goal } from './goal.ts';
import { HOME } from './home.ts';
import { Lab, ProgramFailed } from './lab.ts';
import type { Result } from './result.ts';

const [lesson = '', file = ''] = process.argv.slice(2);
const { check } = (await import(join(HOME, 'lessons', lesson, 'check.ts'))) as { check: Check };
for (const goal of check.goals) process.stdout.write(`${JSON.stringify(await askTwice(goal))}\n`);

/** What holds once may be luck, such as a process that has not got far enough to do harm. */
async function askTwice(goal: Goal): Promise<Result> {
  const first = await ask(goal);
  return first.ok ? ask(goal) : first;
}

async function ask({ name, ask }: Goal): Promise<Result> {
  const lab = new Lab(file);
  try {
    const answer: Answer = await ask(lab);
    return answer === true ? { goal: name, ok: true } : { goal: name, ok: false, seen: answer };
  } catch (error) {
    if (!(error instanceof ProgramFailed)) throw error;
    return { goal: name, ok: false, seen: error.seen, ...(error.report ? { report: error.report } : {}) };
  } finally {
    await lab.end();
  }
}
