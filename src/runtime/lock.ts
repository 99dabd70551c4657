// The lock by which a container's shim is known to be alive: flock on the container's folder itself.
//
// The kernel gives it back when the last process that has it open is gone, however that process ended. It goes with the
// folder when that is renamed (to trash/), and away with it. Whoever looks for dead containers never sees a folder that
// is not locked yet: making and locking one is done behind a gate, which is a lock on the folder that holds them all.

import { mkdirSync, readlinkSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { LOCK_EX, LOCK_NB, LOCK_SH, O_CLOEXEC, O_DIRECTORY } from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { close, flock, open, readText } from '../linux/files.ts';
import { exists, isCode, namesIn } from './disk.ts';

/** The lock that this process holds: a shim has one container. */
let own: number | undefined;

/**
 * Makes the folder of a new container, whose parent is there, and holds its lock until releaseLock(), or until this process
 * is gone.
 */
export function makeLockedFolder(folder: string): void {
  const gate = closeGate(dirname(folder), LOCK_SH);
  try {
    mkdirSync(folder, { mode: 0o700 });
    own = open(folder, O_DIRECTORY | O_CLOEXEC);
    flock(own, LOCK_EX);
  } finally {
    close(gate);
  }
}

/** From now on this process has the lock that its parent took for it with tryLock(). */
export function adoptLock(fd: number): void {
  own = fd;
}

/** Lets others have the container, before this process ends. */
export function releaseLock(): void {
  if (own !== undefined) close(own);
  own = undefined;
}

/**
 * Takes the lock of a container.
 * @param folder where it lies: in containers/ or in trash/.
 * @returns its descriptor; undefined when another process has it, or when the folder is gone.
 */
export function tryLock(folder: string): number | undefined {
  const gate = closeGate(dirname(folder), LOCK_EX);
  try {
    const fd = open(folder, O_DIRECTORY | O_CLOEXEC);
    if (tryFlock(fd) && exists(folder)) return fd;
    close(fd);
    return undefined;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw error;
  } finally {
    close(gate);
  }
}

function tryFlock(fd: number): boolean {
  try {
    flock(fd, LOCK_EX | LOCK_NB);
    return true;
  } catch (error) {
    if (isErrno(error, 'EAGAIN')) return false;
    throw error;
  }
}

/** Keeps the others out for as long as the descriptor is open: a few system calls. */
export function closeGate(folder: string, how: number): number {
  const gate = open(folder, O_DIRECTORY | O_CLOEXEC);
  flock(gate, how);
  return gate;
}

/**
 * The process that holds the lock of this folder: the kernel lists all locks by inode in /proc/locks (man 5 proc). A pid
 * there may be old, so the process must have the folder open.
 */
export function lockHolder(folder: string): number | undefined {
  const { ino } = statSync(folder);
  const pids = readText('/proc/locks')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, kind, , , , file]) => kind === 'FLOCK' && file?.split(':')[2] === String(ino))
    .map(([, , , , pid]) => Number(pid));
  return pids.find((pid) => hasOpen(pid, folder));
}

function hasOpen(pid: number, folder: string): boolean {
  try {
    return namesIn(`/proc/${pid}/fd`).some((fd) => targetOf(`/proc/${pid}/fd/${fd}`) === folder);
  } catch (error) {
    if (isCode(error, 'EACCES', 'EPERM', 'ESRCH')) return false; // another user's, or it has just ended
    throw error;
  }
}

function targetOf(link: string): string | undefined {
  try {
    return readlinkSync(link);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined; // it was closed just now
    throw error;
  }
}
