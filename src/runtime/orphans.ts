// Processes that a program leaves behind. With a PID namespace of its own there are none: they end with its first
// process. With the host's (--pid host) they become children of the shim, which is their subreaper (man 2 prctl,
// PR_SET_CHILD_SUBREAPER). It reaps them, and at the container's end it ends those that are left.

import { P_ALL, SIGKILL, WEXITED, WNOHANG, WNOWAIT } from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { readText } from '../linux/files.ts';
import { kill, waitid, waitpid } from '../linux/process.ts';

/** Takes the status of each child that has ended, but leaves the one of the program: that is waited for elsewhere. */
export function reapOrphans(programPid: number): void {
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
