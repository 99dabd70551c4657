// The lock by which a container's shim is known to be alive: flock on $SLIPWAY_RUN/<id>.lock. The kernel gives it back
// when the last process that has it open is gone, however that process ended.

import { rmSync } from 'node:fs';
import { LOCK_EX, LOCK_NB, O_CLOEXEC, O_CREAT, O_RDWR } from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { close, flock, open } from '../linux/files.ts';
import { lockPath } from './places.ts';

/** The locks that tryLock() gave to this process. */
const held = new Map<string, number>();

/** Takes the lock of a container. @returns its descriptor, or undefined when another process has it. */
export function tryLock(id: string): number | undefined {
  const fd = openLock(id);
  try {
    flock(fd, LOCK_EX | LOCK_NB);
    held.set(id, fd);
    return fd;
  } catch (error) {
    close(fd);
    if (isErrno(error, 'EAGAIN')) return undefined;
    throw error;
  }
}

/** Gives a lock back that this process took, while the process goes on. */
export function releaseLock(id: string): void {
  const fd = held.get(id);
  if (fd === undefined) return;
  held.delete(id);
  close(fd);
}

/** Waits for the lock. */
export function awaitLock(id: string): number {
  const fd = openLock(id);
  flock(fd, LOCK_EX);
  return fd;
}

function openLock(id: string): number {
  return open(lockPath(id), O_RDWR | O_CREAT | O_CLOEXEC, 0o600);
}

/** Takes the lock file away, at the container's end. */
export function dropLock(id: string): void {
  rmSync(lockPath(id), { force: true });
}
