// Forks a great many times, and has each child use the JavaScript engine hard. Run by fork-stress.test.ts:
//
//     scripts/node.sh --expose-gc test/system/fork-stress.ts fork|clone3 collect|compile COUNT
//
// Prints what went wrong as JSON: an empty list when every child ended as it should. A child that hangs is killed.

import { readFileSync } from 'node:fs';
import { CLONE_NEWIPC, CLONE_NEWPID, CLONE_NEWUTS, O_CLOEXEC, POLLIN, SIGKILL } from '../../src/linux/constants.ts';
import { close, open, read } from '../../src/linux/files.ts';
import { clone3, fork } from '../../src/linux/fork.ts';
import { poll } from '../../src/linux/poll.ts';
import { _exit, getpid, pidfd_open, pidfd_send_signal, type WaitStatus, waitpid } from '../../src/linux/process.ts';

declare const gc: (options: { type: 'major' | 'minor' }) => void;

interface Failure {
  round: number;
  status: WaitStatus;
  hung: boolean;
}

const [how, work, count = '1000'] = process.argv.slice(2);
const HANG_MS = 20_000;

/** Keeps the parent's heap changing, so that no two forks find it alike. */
const kept: unknown[] = [];

function run(): Failure[] {
  const failures: Failure[] = [];
  for (let round = 0; round < Number(count) && failures.length < 10; round++) {
    kept[round % 23] = Array.from({ length: 50 + (round % 500) }, (_, index) => ({ round, index, text: `${index}` }));
    const { pid, pidfd } = how === 'fork' ? forkWithPidfd() : clone3({ flags: flagsOf(round) });
    if (pid === 0) _exit(endOf(round));
    const hung = poll([{ fd: pidfd, events: POLLIN }], HANG_MS)[0] === 0;
    if (hung) pidfd_send_signal(pidfd, SIGKILL);
    const { status } = waitpid(pid);
    close(pidfd);
    if (status.exited !== round % 90) failures.push({ round, status, hung });
  }
  return failures;
}

function forkWithPidfd(): { pid: number; pidfd: number } {
  const pid = fork();
  return { pid, pidfd: pid === 0 ? -1 : pidfd_open(pid) };
}

/** Every tenth child gets namespaces, if root asks for them. */
function flagsOf(round: number): number {
  return round % 10 === 0 && process.getuid?.() === 0 ? CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC : 0;
}

/** The exit code: one that tells the round for a child that did all its work. */
function endOf(round: number): number {
  try {
    if (work === 'compile') compile(round);
    else collect(round);
    return round % 90;
  } catch {
    return 99;
  }
}

/** Fills the heap, collects it, and reads a file by Node. Every fifth collection is a whole one, which takes 20 ms. */
function collect(round: number): void {
  const type = round % 5 === 0 ? 'major' : 'minor';
  const heap = Array.from({ length: 3000 }, (_, index) => ({ index, text: 'x'.repeat(index % 50), round }));
  gc({ type });
  const buffers = Array.from({ length: 30 }, (_, index) => Buffer.alloc(10_000, index));
  if (!readFileSync('/proc/self/status', 'utf8').includes('Threads:\t1\n')) throw new Error('more than one thread');
  gc({ type });
  if (heap.length !== 3000 || buffers[29]?.[9999] !== 29) throw new Error('the heap is damaged');
}

/** Makes V8 compile, optimize and recurse, and koffi look up functions and call them. */
function compile(round: number): void {
  const add = new Function('a', 'b', `return a + b + ${round};`) as (a: number, b: number) => number;
  let sum = 0;
  for (let index = 0; index < 20_000; index++) sum = add(sum, index) % 1_000_003;
  if (!new RegExp(`^(a|b|${round})+z?$`).test(`ab${round}ab`)) throw new Error('the expression is wrong');
  if (depth(4000) !== 4000) throw new Error('the stack is damaged');
  const fd = open('/dev/zero', O_CLOEXEC);
  for (let index = 0; index < 50; index++) {
    const buffer = Buffer.alloc(100, 1);
    if (read(fd, buffer) !== 100 || buffer[99] !== 0) throw new Error('the memory is damaged');
  }
  close(fd);
  if (getpid() < 1) throw new Error('getpid is wrong');
  JSON.parse(JSON.stringify(kept[round % 23]));
}

function depth(rest: number): number {
  return rest === 0 ? 0 : 1 + depth(rest - 1);
}

/** clone3 is for a process with one thread, so it is called in a forked one, as the shim does. */
function runInFork(): never {
  const pid = fork();
  if (pid === 0) {
    process.stdout.write(JSON.stringify(run()));
    _exit(0);
  }
  waitpid(pid);
  _exit(0);
}

if (how === 'clone3') runInFork();
console.log(JSON.stringify(run()));
