// One call as a line of --explain: text for people, or a JSON object for programs.
//
//        12.07 ms  init  root         mount(NULL, "/", NULL, MS_REC|MS_SLAVE, NULL) = 0  [0.03 ms]
//
//     {"atMs":12.071,"pid":4242,"role":"init","step":"root","call":"mount","args":"NULL, \"/\", NULL, MS_REC|MS_SLAVE, NULL",
//      "result":0,"durationMs":0.034,"lesson":"07-volumes"}
//
// A failure has "result":-1 with "errno" and "code"; a call that does not return, such as execve, is shown ahead of it
// with "result":null; "by" is there where libc's function has another name than the kernel's call.

import { errnoName, errnoText } from './errno.ts';
import { lessonOf } from './lessons.ts';

export interface TracedCall {
  /** The function's name as in man 2. */
  by: string;
  args: string;
  /** What it returned, -errno, or undefined when it does not return. */
  result: number | undefined;
  /** When it was over, in milliseconds since the trace began. */
  atMs: number;
  durationMs: number | undefined;
  /** Of the process, as the machine knows it. */
  pid: number;
  role: string;
  step: string;
}

/** Functions of libc that are another call for the kernel. */
const KERNEL_CALLS: Readonly<Record<string, string>> = {
  _exit: 'exit_group',
  fork: 'clone',
  mknod: 'mknodat',
  posix_openpt: 'openat',
  prlimit: 'prlimit64',
  signal: 'rt_sigaction',
  signalfd: 'signalfd4',
  sigprocmask: 'rt_sigprocmask',
  tcgetattr: 'ioctl',
  tcsetattr: 'ioctl',
  waitpid: 'wait4',
};

export function toText({ by, args, result, atMs, durationMs, role, step }: TracedCall): string {
  const call = KERNEL_CALLS[by] ?? by;
  const head = `${atMs.toFixed(2).padStart(8)} ms  ${role.padEnd(5)} ${step.padEnd(12)}`;
  const took = durationMs === undefined ? '' : `  [${durationMs.toFixed(2)} ms]`;
  return `${head} ${call}(${args}) = ${showResult(result)}${took}${call === by ? '' : `  by ${by}()`}\n`;
}

function showResult(result: number | undefined): string {
  if (result === undefined) return '?';
  return result < 0 ? `-1 ${errnoName(-result)} (${errnoText(-result)})` : String(result);
}

export function toJson({ by, args, result, atMs, durationMs, pid, role, step }: TracedCall): string {
  const call = KERNEL_CALLS[by] ?? by;
  const line = {
    atMs: round(atMs),
    pid,
    role,
    step,
    call,
    ...(call === by ? {} : { by }),
    args,
    ...jsonResult(result),
    ...(durationMs === undefined ? {} : { durationMs: round(durationMs) }),
    lesson: lessonOf(by, args),
  };
  return `${JSON.stringify(line)}\n`;
}

/** `result` as C has it. */
function jsonResult(result: number | undefined): Record<string, unknown> {
  if (result === undefined) return { result: null };
  return result < 0 ? { result: -1, errno: -result, code: errnoName(-result) } : { result };
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}
