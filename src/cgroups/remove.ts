// Removes a cgroup's folders. Only rmdir works there, and only once the last process is gone and has been waited for.

import { basename, dirname } from 'node:path';
import { AT_REMOVEDIR } from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { unlinkat } from '../linux/files.ts';
import { poll } from '../linux/poll.ts';
import { getpid } from '../linux/process.ts';
import { forgetFolder, inFolder, type Place } from './folders.ts';
import { childrenOf, type Part } from './part.ts';
import { processesOf } from './processes.ts';

const OUR_PARENT = 'slipway';
const PATIENCE = { tries: 1000, pauseMs: 5 };

/** Removes the folder in each hierarchy, with what the container made below it. Of those above, what is empty then. */
export function removeParts(parts: readonly Part[], above: readonly Part[] = []): void {
  for (const part of parts) removeTree(part);
  const parents = parts.map((part) => ({ ...part, folder: dirname(part.folder) }));
  const ours = parents.filter(({ folder }) => basename(folder) === OUR_PARENT);
  for (const level of [...ours, ...above.toReversed()]) tryRemove(level, ['ENOTEMPTY', 'EBUSY']);
}

function removeTree(part: Part): void {
  for (const child of childrenOf(part)) removeTree(child);
  for (let tries = 0; tries < PATIENCE.tries; tries++) {
    // EBUSY: a process that was killed is still on its way out.
    if (tryRemove(part, ['EBUSY'])) return;
    if (tries === 0 && areWeIn(part)) break; // we would wait for our own end
    poll([], PATIENCE.pauseMs);
  }
  rmdir(part);
}

function areWeIn(part: Part): boolean {
  try {
    return processesOf([part]).includes(getpid());
  } catch {
    return false; // what cannot be read keeps nobody from removing it
  }
}

/** rmdir of one folder. @returns false when it failed with one of the codes. */
export function tryRemove(place: Place, codes: readonly string[]): boolean {
  try {
    rmdir(place);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return true;
    if (isErrno(error, ...codes)) return false;
    throw error;
  }
  return true;
}

function rmdir({ mountPoint, folder }: Place): void {
  const parent = { mountPoint, folder: dirname(folder) };
  forgetFolder({ mountPoint, folder });
  inFolder(parent, (parentFd) => unlinkat(parentFd, basename(folder), AT_REMOVEDIR));
}
