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
const ALLOW = 0x7fff0000;
const ERRNO = 0x00050000;
const ANSWERS: Partial<Record<SeccompAction, number>> = {
  SCMP_ACT_ALLOW: ALLOW,
  SCMP_ACT_LOG: 0x7ffc0000,
  SCMP_ACT_TRACE: 0x7ff00000,
  SCMP_ACT_ERRNO: ERRNO,
  SCMP_ACT_TRAP: 0x00030000,
  SCMP_ACT_KILL_PROCESS: KILL_PROCESS,
  SCMP_ACT_KILL_THREAD: 0,
  SCMP_ACT_KILL: 0,
};

/** What to answer: the first test that all arguments pass decides, else `otherwise`. */
export interface Decision {
  tests: { args: readonly SeccompArg[]; answer: number }[];
  otherwise: number;
}

/** All numbers from this one up to the next run. */
export interface Run {
  from: number;
  decision: Decision;
}

/** @throws Error for an action that does not exist or that we cannot do. */
export function toAnswer(action: SeccompAction, errnoRet = EPERM): number {
  if (action === 'SCMP_ACT_NOTIFY') {
    throw new Error('seccomp: SCMP_ACT_NOTIFY needs a supervisor that answers in its place, which there is none of');
  }
  const value = ANSWERS[action];
  if (value === undefined) throw new Error(`seccomp: there is no action ${action}`);
  const hasErrno = action === 'SCMP_ACT_ERRNO' || action === 'SCMP_ACT_TRACE';
  return hasErrno ? value | (errnoRet & 0xffff) : value;
}

/** The default action as an answer. */
export function defaultAnswer({ defaultAction, defaultErrnoRet }: Seccomp): number {
  return toAnswer(defaultAction, defaultErrnoRet);
}

/** The runs of one ABI, whose numbers begin at `first`. */
export function toRuns(seccomp: Seccomp, numbers: ReadonlyMap<string, number>, first: number): Run[] {
  const decisions = decide(seccomp, numbers);
  const sorted = [...decisions.keys()].sort((a, b) => a - b);
  const gap = gapDecision(seccomp, sorted, first);
  const runs: Run[] = [];
  let next = first;
  for (const number of sorted) {
    if (number > next) append(runs, next, gap(next));
    append(runs, number, decisions.get(number) as Decision);
    next = number + 1;
  }
  append(runs, next, gap(next));
  return runs;
}

/** One run more, unless it goes on with the answer of the last. */
function append(runs: Run[], from: number, decision: Decision): void {
  const last = runs.at(-1)?.decision;
  const isSame = last?.otherwise === decision.otherwise && !last.tests.length && !decision.tests.length;
  if (!isSame) runs.push({ from, decision });
}

/** By number, for every name that this ABI has. */
function decide(seccomp: Seccomp, numbers: ReadonlyMap<string, number>): Map<number, Decision> {
  const otherwise = defaultAnswer(seccomp);
  const decisions = new Map<number, Decision>();
  const settled = new Set<number>();
  for (const rule of seccomp.syscalls ?? []) {
    const answer = toAnswer(rule.action, rule.errnoRet);
    const alternatives = toAlternatives(rule);
    for (const name of rule.names) {
      const number = numbers.get(name);
      if (number === undefined || settled.has(number)) continue;
      const { tests } = decisions.get(number) ?? { tests: [] };
      if (alternatives) {
        const more = alternatives.map((args) => ({ args, answer }));
        decisions.set(number, { tests: [...tests, ...more], otherwise });
      } else {
        decisions.set(number, { tests, otherwise: answer });
        settled.add(number);
      }
    }
  }
  return decisions;
}

/**
 * A rule's arguments have to match all together. One that compares the same argument twice means either, though: so
 * runc and crun have always read it. Undefined for a rule without arguments.
 */
function toAlternatives({ args = [] }: SeccompRule): SeccompArg[][] | undefined {
  if (args.length === 0) return undefined;
  const isRepeated = new Set(args.map(({ index }) => index)).size < args.length;
  return isRepeated ? args.map((arg) => [arg]) : [args];
}

const ARM_PRIVATE = 0xf0000; // numbers from here on are arm's own, not newer calls

/**
 * What is answered for a number that no rule names. One above all that are named is newer than the profile: ENOSYS,
 * so that libc tries an older call in its place, where EPERM would make it give up (as runc does).
 */
function gapDecision(seccomp: Seccomp, sorted: number[], first: number): (number: number) => Decision {
  const known: Decision = { tests: [], otherwise: defaultAnswer(seccomp) };
  const isPermissive = ['SCMP_ACT_ALLOW', 'SCMP_ACT_LOG', 'SCMP_ACT_TRACE'].includes(seccomp.defaultAction);
  const newer: Decision = isPermissive ? known : { tests: [], otherwise: ERRNO | ENOSYS };
  const highest = sorted.findLast((number) => number < first + ARM_PRIVATE) ?? Number.POSITIVE_INFINITY;
  return (number) => (number > highest ? newer : known);
}
