// The folders of cgroups, by descriptor.
//
// A path comes from outside (--cgroup-parent, a config.json), so its folder is found by openat2, which lets it lead
// neither out of the hierarchy nor through a link or another mount. What is in it is then named relative to that folder.

import { basename, dirname, relative } from 'node:path';
import {
  O_CLOEXEC,
  O_DIRECTORY,
  O_PATH,
  RESOLVE_BENEATH,
  RESOLVE_NO_SYMLINKS,
  RESOLVE_NO_XDEV,
} from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { close, mkdirat, open, openat2 } from '../linux/files.ts';

/** A folder of a hierarchy, as an absolute path below where that is mounted. */
export interface Place {
  mountPoint: string;
  folder: string;
}

/** The folder for `openat`, `mkdirat` and `unlinkat`. ENOENT; EXDEV when it leads out. The caller closes it. */
export function openFolder({ mountPoint, folder }: Place, flags: number = O_PATH): number {
  return borrow(
    mountPoint,
    () => open(mountPoint, O_PATH | O_DIRECTORY | O_CLOEXEC),
    (top) =>
      openat2(top, relative(mountPoint, folder) || '.', {
        flags: flags | O_DIRECTORY | O_CLOEXEC,
        resolve: RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV,
      }),
  );
}

/** Does the work in the folder, by its descriptor. ENOENT when there is none. */
export function inFolder<T>(place: Place, work: (folderFd: number) => T): T {
  return borrow(place.folder, () => openFolder(place), work);
}

const openFolders = new Map<string, number>();
let isKeeping = false;

/**
 * Leaves the folders that are needed from now on open: a cgroup is made by many small writes. Only for a process that
 * has to do with one cgroup and ends with it. One that lives long would gather folders, also such as are gone.
 */
export function keepFoldersOpen(): void {
  isKeeping = true;
}

/** Closes the folders that were left open: they may be gone, and others be there by the same names. */
export function forgetFolders(): void {
  for (const fd of openFolders.values()) close(fd);
  openFolders.clear();
}

function borrow<T>(folder: string, openIt: () => number, work: (fd: number) => T): T {
  const kept = openFolders.get(folder);
  const fd = kept ?? openIt();
  if (isKeeping) openFolders.set(folder, fd);
  try {
    return work(fd);
  } finally {
    if (!isKeeping) close(fd);
  }
}

/** To be said when the folder is gone: a new one of the same name is another one. */
export function forgetFolder({ folder }: Place): void {
  const fd = openFolders.get(folder);
  if (fd !== undefined) close(fd);
  openFolders.delete(folder);
}

/** True when there is such a folder. */
export function isFolder(place: Place): boolean {
  try {
    return inFolder(place, () => true);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return false;
    throw error;
  }
}

/** Makes the folder, whose parent is there. @returns false if it was there already. */
export function makeFolder({ mountPoint, folder }: Place): boolean {
  return inFolder({ mountPoint, folder: dirname(folder) }, (parentFd) => {
    try {
      mkdirat(parentFd, basename(folder), 0o755);
      return true;
    } catch (error) {
      if (isErrno(error, 'EEXIST')) return false;
      throw error;
    }
  });
}
