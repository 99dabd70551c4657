// The check's inner half, which runs in the guard: `inside.ts LESSON FILE` starts the learner's file, asks each goal of the
// lesson twice, and prints a line of JSON for each answer.

import { join } from 'node:path';
import type { Answer, Check, Goal } from './goal.ts';
import { Lab, ProgramFailed } from './lab.ts';
import { LESSONS } from './lesson.ts';
import type { Result } from './result.ts';

const NOT_ASKED = { en: 'not asked, since the program hangs', zh: '程序卡住了，没有再问' };

const [lesson = '', file = ''] = process.argv.slice(2);
const { check } = (await import(join(LESSONS, lesson, 'check.ts'))) as { check: Check };
let hangs = false;
for (const goal of check.goals) {
  const result: Result = hangs ? { goal: goal.name, ok: false, seen: NOT_ASKED } : await askTwice(goal);
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

/** What holds once may be luck, such as a process that has not got far enough to do harm. */
async function askTwice(goal: Goal): Promise<Result> {
  const first = await ask(goal);
  return first.ok ? ask(goal) : first;
}

async function ask({ name, ask }: Goal): Promise<Result> {
  const lab = new Lab(file);
  const result = await answerOf(() => ask(lab));
  await lab.end();
  return { goal: name, ...result, ...(lab.output === '' ? {} : { output: lab.output }) };
}

async function answerOf(ask: () => Promise<Answer>): Promise<Omit<Result, 'goal'>> {
  try {
    const answer = await ask();
    return answer === true ? { ok: true } : { ok: false, seen: answer };
  } catch (error) {
    if (!(error instanceof ProgramFailed)) return { ok: false, ours: (error as Error).stack ?? String(error) };
    hangs ||= error.hangs;
    return { ok: false, seen: error.seen, ...(error.report ? { report: error.report } : {}) };
  }
}
