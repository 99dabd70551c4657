// Processes that a program leaves behind. With a PID namespace of its own there are none: they end with its first
// process. With the host's (--pid host) they become children of the shim, which is their subreaper (man 2 prctl,
// PR_SET_CHILD_SUBREAPER). It reaps them, and at the container's end it ends those that are left. So does the supervisor
// of an `exec`.

import { P_ALL, POLLIN, SIGCHLD, SIGKILL, WEXITED, WNOHANG, WNOWAIT } from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { readText } from '../linux/files.ts';
import { poll } from '../linux/poll.ts';
import { kill, waitid, waitpid } from '../linux/process.ts';
import { readSignal } from '../linux/signals.ts';

/** Takes the status of each child that has ended, but leaves the one of the program: that is waited for elsewhere. */
export function reapOrphans(programPid?: number): void {
  for (let pid = endedChild(); pid !== undefined && pid !== programPid; pid = endedChild()) waitpid(pid);
}

/** A child that has ended and waits to be reaped. */
function endedChild(): number | undefined {
  try {
    return waitid(P_ALL, 0, WEXITED | WNOHANG | WNOWAIT)?.pid;
  } catch (error) {
    if (isErrno(error, 'ECHILD')) return undefined;
    throw error;
  }
}

/** Ends all children of this process, and theirs, which become ours by that. Their pids are safe: we have to reap them. */
export function endOrphans(): void {
  while (hasChildren()) {
    for (const pid of children()) kill(pid, SIGKILL);
    waitpid(-1);
  }
}

/**
 * Stays as long as there are any, and ends them when the container ends, or when we are told to end.
 * @param containerFd a pidfd of the container's first process.
 * @param signalFd a signalfd, from which SIGCHLD comes too.
 */
export function outlastOrphans(containerFd: number, signalFd: number): void {
  for (reapOrphans(); hasChildren(); reapOrphans()) {
    const [hasEnded] = poll([containerFd, signalFd].map((fd) => ({ fd, events: POLLIN })));
    const signal = readSignal(signalFd) ?? SIGCHLD;
    if (hasEnded || signal !== SIGCHLD) return endOrphans();
  }
}

function hasChildren(): boolean {
  try {
    waitid(P_ALL, 0, WEXITED | WNOHANG | WNOWAIT);
    return true;
  } catch (error) {
    if (isErrno(error, 'ECHILD')) return false;
    throw error;
  }
}

/** man 5 proc: of this thread, which is the only one. */
function children(): number[] {
  return readText('/proc/thread-self/children').split(' ').filter(Boolean).map(Number);
}
