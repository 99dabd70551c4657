// Where a path of `cp` leads inside a root: to something in a folder, or to nothing yet.
//
// Links are followed by hand where `cp` wants to know what they name, one after the other, and each folder on the way is
// opened inside the root: a link that leads out of it leads to something in it.

import { AT_SYMLINK_NOFOLLOW, O_DIRECTORY, O_PATH, S_IFDIR, S_IFLNK } from '../linux/constants.ts';
import { close, fstat, readlinkat, type Stat, tryFstatat } from '../linux/files.ts';
import { openInRoot, splitPath } from '../linux/in-root.ts';

export interface Located {
  /** A path of the folder. */
  folder: string;
  /** `.` when it is the folder itself that is meant. */
  name: string;
  /** Of a link, what the link is; undefined where there is nothing. */
  stat: Stat | undefined;
}

/** As many links as the kernel follows in one path. */
const MAX_LINKS = 40;

/** @param follow whether a link at the end is followed. @throws SyscallError ENOENT or ENOTDIR for the folders above. */
export function locate(rootFd: number, path: string, follow: boolean, links = 0): Located {
  if (assertsFolder(path)) return locateFolder(rootFd, path);
  const { parent, name } = splitPath(path);
  if (name === '..') return locateFolder(rootFd, path);
  const fd = openInRoot(rootFd, parent, O_PATH | O_DIRECTORY);
  try {
    const stat = tryFstatat(fd, name, AT_SYMLINK_NOFOLLOW);
    if (stat?.type !== S_IFLNK || !follow) return { folder: parent, name, stat };
    if (links === MAX_LINKS) throw new Error(`${path}: more than ${MAX_LINKS} links lead to one another`);
    const target = readlinkat(fd, name);
    return locate(rootFd, target.startsWith('/') ? target : `${parent}/${target}`, follow, links + 1);
  } finally {
    close(fd);
  }
}

function locateFolder(rootFd: number, path: string): Located {
  const fd = openInRoot(rootFd, path, O_PATH | O_DIRECTORY);
  try {
    return { folder: path, name: '.', stat: fstat(fd) };
  } finally {
    close(fd);
  }
}

/** True for `a/`, `a/.` and the like: what is there has to be a folder. */
export function assertsFolder(path: string): boolean {
  return path.endsWith('/') || isContent(path);
}

/** True for `a/.`: what is in the folder is meant, without the folder. */
export function isContent(path: string): boolean {
  return path === '.' || path.endsWith('/.');
}

export function isFolder(located: Located): boolean {
  return located.stat?.type === S_IFDIR;
}
