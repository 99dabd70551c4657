// From rules to runs: which answer a filter gives for each system call number.
//
// A profile has names in any order; the program wants numbers in theirs, as few as possible. Neighbours with the same
// answer become one run, from its first number up to the next run:
//
//     read write open close allowed, 4 denied   →   { from: 0, allow }, { from: 4, deny }

import type { Seccomp, SeccompAction, SeccompArg, SeccompRule } from '../oci.ts';

const EPERM = 1;
const ENOSYS = 38;

/** SECCOMP_RET_*: the kernel wants the action in the upper half of the word, an errno in the lower. */
export const KILL_PROCESS = 0x80000000;
const ANSWERS: Partial<Record<SeccompAction, number>> = {
  SCMP_ACT_ALLOW: 0x7fff0000,
  SCMP_ACT_LOG: 0x7ffc0000,
  SCMP_ACT_TRACE: 0x7ff00000,
  SCMP_ACT_ERRNO: 0x00050000,
  SCMP_ACT_TRAP: 0x00030000,
  SCMP_ACT_KILL_PROCESS: KILL_PROCESS,
  SCMP_ACT_KILL_THREAD: 0,
  SCMP_ACT_KILL: 0,
};

/** What a rule asks of the arguments, all together, and what it answers then. */
export interface Test {
  args: readonly SeccompArg[];
  answer: number;
}

/** All numbers from this one up to the next run: the first test that matches decides, else `answer`. */
export interface Run {
  from: number;
  tests: readonly Test[];
  answer: number;
}

/** What the rules say of one number; `otherwise` is missing while all of them ask for arguments. */
interface Decision {
  tests: readonly Test[];
  otherwise?: number;
}

/** @throws Error for an action that does not exist or that we cannot do. */
function toAnswer(action: SeccompAction, errnoRet = EPERM): number {
  if (action === 'SCMP_ACT_NOTIFY') {
    throw new Error(
      'seccomp: SCMP_ACT_NOTIFY wants a process that answers in place of the kernel, and Slipway has none',
    );
  }
  const value = ANSWERS[action];
  if (value === undefined) throw new Error(`seccomp: there is no action ${action}`);
  const hasErrno = action === 'SCMP_ACT_ERRNO' || action === 'SCMP_ACT_TRACE';
  return hasErrno ? value | (errnoRet & 0xffff) : value;
}

/** The answer where no rule says anything. */
export function defaultAnswer({ defaultAction, defaultErrnoRet }: Seccomp): number {
  return toAnswer(defaultAction, defaultErrnoRet);
}

/** The runs of one ABI, whose numbers begin at `first`. */
export function toRuns(seccomp: Seccomp, numbers: ReadonlyMap<string, number>, first = 0): Run[] {
  const fallback = defaultAnswer(seccomp);
  const decisions = decide(seccomp, numbers);
  const sorted = Uint32Array.from(decisions.keys()).sort();
  const newest = newestKnown(sorted);
  const answerUnnamed = (number: number) => (number > newest ? newerAnswer(seccomp) : fallback);
  const runs: Run[] = [];
  let next = 0;
  for (const number of sorted) {
    if (number > next) append(runs, { from: first + next, tests: [], answer: answerUnnamed(next) });
    const { tests = [], otherwise = fallback } = decisions.get(number) ?? {};
    append(runs, { from: first + number, tests, answer: otherwise });
    next = number + 1;
  }
  append(runs, { from: first + next, tests: [], answer: answerUnnamed(next) });
  return runs;
}

/** One run more, unless the last one says the same. */
function append(runs: Run[], run: Run): void {
  const last = runs.at(-1);
  const isSame = last?.answer === run.answer && last.tests.length === 0 && run.tests.length === 0;
  if (!isSame) runs.push(run);
}

/** The decision for each number that a rule names. The first rule without arguments is the last that counts. */
function decide({ syscalls = [] }: Seccomp, numbers: ReadonlyMap<string, number>): Map<number, Decision> {
  const decisions = new Map<number, Decision>();
  for (const rule of syscalls) {
    const decision = toDecision(rule);
    for (const name of rule.names) {
      const number = numbers.get(name);
      if (number === undefined) continue; // this ABI has no such call
      const earlier = decisions.get(number);
      if (!earlier) decisions.set(number, decision);
      else if (earlier.otherwise === undefined) decisions.set(number, join(earlier, decision));
    }
  }
  return decisions;
}

function join(earlier: Decision, later: Decision): Decision {
  return { ...later, tests: [...earlier.tests, ...later.tests] };
}

/**
 * A rule's arguments have to match all together. One that compares the same argument twice means either, though: so
 * runc and crun read it, and profiles are written for them.
 */
function toDecision({ action, errnoRet, args = [] }: SeccompRule): Decision {
  const answer = toAnswer(action, errnoRet);
  if (args.length === 0) return { tests: [], otherwise: answer };
  const isRepeated = new Set(args.map(({ index }) => index)).size < args.length;
  return { tests: isRepeated ? args.map((arg) => ({ args: [arg], answer })) : [{ args, answer }] };
}

const PERMISSIVE: SeccompAction[] = ['SCMP_ACT_ALLOW', 'SCMP_ACT_LOG', 'SCMP_ACT_TRACE'];
const ARM_PRIVATE = 0xf0000; // numbers from here on are arm's own, not newer calls

/** The highest number that a rule names; a filter that names none knows them all. */
function newestKnown(sorted: Uint32Array): number {
  return sorted.findLast((number) => number < ARM_PRIVATE) ?? Number.POSITIVE_INFINITY;
}

/**
 * The answer for calls that are newer than the profile: ENOSYS, so that libc tries an older call in their place, where
 * EPERM would make it give up. runc does so too.
 */
function newerAnswer(seccomp: Seccomp): number {
  return PERMISSIVE.includes(seccomp.defaultAction) ? defaultAnswer(seccomp) : toAnswer('SCMP_ACT_ERRNO', ENOSYS);
}
