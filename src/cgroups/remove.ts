// Removes a cgroup's folders. Only rmdir works there, and only once the last process is gone and has been waited for.

import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AT_FDCWD, AT_REMOVEDIR } from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { unlinkat } from '../linux/files.ts';
import { poll } from '../linux/poll.ts';
import type { Part } from './cgroup.ts';

const OUR_PARENT = 'slipway';
const PATIENCE = { tries: 200, pauseMs: 5 };

/** Removes the folder in each hierarchy, with what the container made below it, and our parent when it is empty. */
export function removeFolders(parts: readonly Part[], path: string): void {
  for (const { folder } of parts) removeTree(folder);
  if (dirname(path) !== `/${OUR_PARENT}`) return;
  for (const { mountPoint } of parts) removeIfEmpty(join(mountPoint, OUR_PARENT));
}

function removeTree(folder: string): void {
  for (const child of childFolders(folder)) removeTree(join(folder, child));
  for (let tries = 0; ; tries++) {
    try {
      return unlinkat(AT_FDCWD, folder, AT_REMOVEDIR);
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return;
      // EBUSY: a process that was killed is still on its way out.
      if (!isErrno(error, 'EBUSY') || tries === PATIENCE.tries) throw error;
      poll([], PATIENCE.pauseMs);
    }
  }
}

function removeIfEmpty(folder: string): void {
  try {
    unlinkat(AT_FDCWD, folder, AT_REMOVEDIR);
  } catch (error) {
    if (!isErrno(error, 'ENOENT', 'EBUSY', 'ENOTEMPTY')) throw error;
  }
}

function childFolders(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  } catch {
    return [];
  }
}
