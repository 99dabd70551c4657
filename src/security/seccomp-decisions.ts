// From rules to runs: which answer a filter gives for each system call number.
//
// A profile has names in any order; the program wants numbers in theirs, as few as possible. Neighbours with the same
// answer become one run, from its first number up to the next run:
//
//     read write open close allowed, 4 denied   →   { from: 0, allow }, { from: 4, deny }

import type { Seccomp, SeccompAction, SeccompArg, SeccompRule } from '../oci.ts';
import { type Abi, type Syscall, syscallTable, X32_BIT } from './syscalls.ts';

const EPERM = 1;
const ENOSYS = 38;

/** SECCOMP_RET_*: the kernel wants the action in the upper half of the word, an errno in the lower. */
export const KILL_PROCESS = 0x80000000;
const TRACE = 0x7ff00000;
const ANSWERS: Partial<Record<SeccompAction, number>> = {
  SCMP_ACT_ALLOW: 0x7fff0000,
  SCMP_ACT_LOG: 0x7ffc0000,
  SCMP_ACT_TRACE: TRACE,
  SCMP_ACT_NOTIFY: 0x7fc00000,
  SCMP_ACT_ERRNO: 0x00050000,
  SCMP_ACT_TRAP: 0x00030000,
  SCMP_ACT_KILL_PROCESS: KILL_PROCESS,
  SCMP_ACT_KILL_THREAD: 0,
  SCMP_ACT_KILL: 0,
};

/** Those that can be had. */
export const SECCOMP_ACTIONS: readonly string[] = Object.keys(ANSWERS);

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

/** What the rules say of one system call; `otherwise` is missing while all of them ask for arguments. */
export interface Decision {
  tests: readonly Test[];
  otherwise?: number;
}

/** By the name of the system call. */
export type Decisions = ReadonlyMap<string, Decision>;

/** @throws Error for an action that does not exist. */
function toAnswer(action: SeccompAction, errnoRet = EPERM): number {
  const value = ANSWERS[action];
  if (value === undefined) throw new Error(`seccomp: there is no action ${action}`);
  const hasErrno = action === 'SCMP_ACT_ERRNO' || action === 'SCMP_ACT_TRACE';
  return hasErrno ? value | (errnoRet & 0xffff) : value;
}

/** Allow, log and trace: the call is made. They are the highest answers but one. */
export function isPermissive(answer: number): boolean {
  return answer >= TRACE && answer < KILL_PROCESS;
}

/** The answer where no rule says anything. */
export function defaultAnswer({ defaultAction, defaultErrnoRet }: Seccomp): number {
  return toAnswer(defaultAction, defaultErrnoRet);
}

/** The runs of one ABI; those of x32 begin at its bit. @param decisions what decide() made of the profile. */
export function toRuns(seccomp: Seccomp, decisions: Decisions, abi: Abi): Run[] {
  const calls = syscallTable(abi);
  const first = abi === 'x32' ? X32_BIT : 0;
  const fallback = defaultAnswer(seccomp);
  const newest = newestNamed(calls, decisions);
  const answerUnnamed = (number: number) => (number > newest ? newerAnswer(seccomp) : fallback);
  const runs: Run[] = [];
  let next = 0;
  let last: Decision | undefined;
  for (const { name, number } of calls) {
    const decision = decisions.get(name);
    if (!decision) continue;
    if (decision !== last || number !== next) {
      if (number > next) append(runs, first + next, NONE, answerUnnamed(next));
      append(runs, first + number, decision.tests, decision.otherwise ?? fallback);
    }
    next = number + 1;
    last = decision;
  }
  append(runs, first + next, NONE, answerUnnamed(next));
  return runs;
}

const NONE: Test[] = [];

/** One run more, unless the last one says the same. */
function append(runs: Run[], from: number, tests: readonly Test[], answer: number): void {
  const last = runs[runs.length - 1];
  const isSame = last?.answer === answer && last.tests.length === 0 && tests.length === 0;
  if (!isSame) runs.push({ from, tests, answer });
}

/** The decision for each name. The first rule without arguments is the last that counts. */
export function decide({ syscalls = [] }: Seccomp): Decisions {
  const decisions = new Map<string, Decision>();
  for (const rule of syscalls) {
    const decision = toDecision(rule);
    for (const name of rule.names) {
      const earlier = decisions.get(name);
      if (!earlier) decisions.set(name, decision);
      else if (earlier.otherwise === undefined) decisions.set(name, join(earlier, decision));
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

const ARM_PRIVATE = 0xf0000; // numbers from here on are arm's own, not newer calls

/** The highest number that the rules name; if they name none, all are known. */
function newestNamed(calls: readonly Syscall[], decisions: Decisions): number {
  const newest = calls.findLast(({ name, number }) => number < ARM_PRIVATE && decisions.has(name));
  return newest?.number ?? Number.POSITIVE_INFINITY;
}

/**
 * The answer for calls that are newer than the profile: ENOSYS, so that libc tries an older call in their place, where
 * EPERM would make it give up. runc does so too.
 */
function newerAnswer(seccomp: Seccomp): number {
  const fallback = defaultAnswer(seccomp);
  return isPermissive(fallback) ? fallback : toAnswer('SCMP_ACT_ERRNO', ENOSYS);
}
