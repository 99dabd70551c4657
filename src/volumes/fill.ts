// A new volume begins with what the image has at its place.
//
//     volumes/<name>/_data      what a container sees
//     volumes/<name>/filling    there from before the first file until after the last
//
// A start that is killed meanwhile leaves the mark, and the next one makes up for what is missing. Of several that start
// at once the first to hold the lock copies, and the others wait: none of their programs sees a volume that is half full.

import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LOCK_EX, O_CLOEXEC, O_CREAT, O_DIRECTORY, O_PATH, O_WRONLY } from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { close, flock, open, openat, unlinkat } from '../linux/files.ts';
import { tryOpenInRoot } from '../linux/in-root.ts';
import { copyTree } from './copy.ts';

const MARK = 'filling';

/** True for a volume that is empty or has a part of its first content only. @param data the path of its _data. */
export function isUnfilled(data: string): boolean {
  return readdirSync(data).length === 0 || existsSync(join(dirname(data), MARK));
}

/** Copies the folder that the image has at `destination`, if it has one there, into a volume that is not filled yet. */
export function fillVolume(rootFd: number, destination: string, data: string): void {
  const from = tryOpenFolder(rootFd, destination);
  if (from === undefined) return;
  const volume = open(dirname(data), O_DIRECTORY | O_CLOEXEC);
  flock(volume, LOCK_EX);
  if (isUnfilled(data)) {
    close(openat(volume, MARK, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600));
    const to = open(data, O_PATH | O_DIRECTORY | O_CLOEXEC);
    copyTree(from, to);
    close(to);
    unlinkat(volume, MARK);
  }
  close(volume); // and with it the lock
  close(from);
}

function tryOpenFolder(rootFd: number, path: string): number | undefined {
  try {
    return tryOpenInRoot(rootFd, path, O_PATH | O_DIRECTORY);
  } catch (error) {
    if (isErrno(error, 'ENOTDIR')) return undefined; // a file: the mount will say so
    throw error;
  }
}
