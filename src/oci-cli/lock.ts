// Holds a container while something is done to it.

import { close } from '../linux/files.ts';
import { poll } from '../linux/poll.ts';
import { exists } from '../runtime/disk.ts';
import { tryLock } from '../runtime/lock.ts';
import { statusOf } from './status.ts';
import type { Container } from './store.ts';

const PATIENCE_MS = 10_000;
const PAUSE_MS = 5;

/** Does the work with the container's lock. @throws Error when somebody else does not let go of it, or it is gone. */
export function withLock<Result>(container: Container, work: () => Result): Result {
  const { folder, id } = container;
  if (statusOf(container) === 'creating') throw new Error(`container "${id}" is just being created`);
  const lock = awaitLock(folder);
  if (lock === undefined)
    throw new Error(`container "${id}" ${exists(folder) ? 'is being changed by somebody else' : 'does not exist'}`);
  try {
    return work();
  } finally {
    close(lock);
  }
}

function awaitLock(folder: string): number | undefined {
  for (const deadline = Date.now() + PATIENCE_MS; ; poll([], PAUSE_MS)) {
    const lock = tryLock(folder);
    if (lock !== undefined || !exists(folder) || Date.now() > deadline) return lock;
  }
}
