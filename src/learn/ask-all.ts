// Asks goals, each of a lab of its own, and prints a line of JSON for each answer.

import type { Answer, Goal } from './goal.ts';
import type { Lab } from './lab/lab.ts';
import { ProgramFailed } from './lab/program-failed.ts';
import type { Result } from './result.ts';

const NOT_ASKED = { en: 'not asked, since the program hangs', zh: '程序卡住了，没有再问' };

export interface Question extends Pick<Goal, 'name' | 'ask'> {
  /** Goals with the same word here, one behind the other, have one lab together: they look at what one program has made. */
  together?: string;
}

type Asked = Result & { hangs: boolean };

/** @param times how often a goal has to hold: what holds once may be luck, as of a process that is too slow to do harm. */
export async function askAll(questions: readonly Question[], newLab: () => Lab, times = 2): Promise<void> {
  let hangs = false;
  for (const group of groupsOf(questions)) {
    const lab = group.length > 1 ? newLab() : undefined;
    for (const question of group) {
      const asked: Asked = hangs ? notAsked(question) : await askOften(question, lab);
      const { hangs: hung, ...result } = asked;
      hangs ||= hung;
      process.stdout.write(`${JSON.stringify(result)}\n`);
    }
    await lab?.end();
  }

  async function askOften(question: Question, lab: Lab | undefined, left = times): Promise<Asked> {
    const result = lab ? await ask(question, lab) : await askOnce(question, newLab());
    return lab || !result.ok || result.leftOut || left === 1 ? result : askOften(question, lab, left - 1);
  }
}

function groupsOf(questions: readonly Question[]): Question[][] {
  const groups: Question[][] = [];
  for (const question of questions) {
    const last = groups.at(-1);
    if (question.together !== undefined && last?.[0]?.together === question.together) last.push(question);
    else groups.push([question]);
  }
  return groups;
}

function notAsked({ name }: Question): Asked {
  return { goal: name, ok: false, seen: NOT_ASKED, hangs: true };
}

async function askOnce(question: Question, lab: Lab): Promise<Asked> {
  const result = await ask(question, lab);
  await lab.end();
  return { ...result, ...outputOf(lab) };
}

async function ask({ name, ask }: Question, lab: Lab): Promise<Asked> {
  const result = await answerOf(() => ask(lab));
  return { goal: name, ...withErrorOf(lab, result), ...outputOf(lab) };
}

/** A goal that is missed, or over which even the check stumbled, after an error in the learner's program: that comes first. */
function withErrorOf({ report }: Lab, result: Omit<Asked, 'goal'>): Omit<Asked, 'goal'> {
  if (result.ok || result.report || report === undefined) return result;
  const { ours, ...told } = result;
  return ours === undefined ? { ...told, besides: report } : { ...told, report };
}

function outputOf({ output }: Lab): { output?: string } {
  return output === '' ? {} : { output };
}

async function answerOf(ask: () => Promise<Answer>): Promise<Omit<Asked, 'goal'>> {
  const [ok, failed] = [{ ok: true, hangs: false } as const, { ok: false, hangs: false } as const];
  try {
    const answer = await ask();
    if (answer === true) return ok;
    return 'leftOut' in answer ? { ...ok, ...answer } : { ...failed, seen: answer };
  } catch (error) {
    if (!(error instanceof ProgramFailed)) return { ...failed, ours: (error as Error).stack ?? String(error) };
    return { ok: false, hangs: error.hangs, seen: error.seen, ...(error.report ? { report: error.report } : {}) };
  }
}
