// Reads and writes the files of a cgroup. A refused write says which file, which value, and what that means.
//
// A path comes from outside (--cgroup-parent, a config.json), so its folder is found by openat2, which lets it lead
// neither out of the hierarchy nor through a link or another mount. The files are then named relative to that folder.

import { basename, dirname, relative } from 'node:path';
import {
  O_CLOEXEC,
  O_DIRECTORY,
  O_NOFOLLOW,
  O_PATH,
  O_WRONLY,
  RESOLVE_BENEATH,
  RESOLVE_NO_SYMLINKS,
  RESOLVE_NO_XDEV,
} from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { SyscallError } from '../linux/errors.ts';
import { close, mkdirat, open, openat, openat2, readAll, write } from '../linux/files.ts';
import type { Setting } from './setting.ts';

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

/** Writes with one write, as the kernel wants it. */
export function writeFile(place: Place, file: string, text: string): void {
  inFolder(place, (folderFd) => writeIn(folderFd, place, file, text));
}

/** Opens a file to be written to later, when its path may lead elsewhere. */
export function openFile(place: Place, file: string): number {
  return inFolder(place, (folderFd) => openIn(folderFd, file));
}

function openIn(folderFd: number, file: string): number {
  if (file.includes('/')) throw new Error(`"${file}" is no name of a file in a cgroup`);
  return openat(folderFd, file, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
}

function writeIn(folderFd: number, { folder }: Place, file: string, text: string): void {
  const fd = openIn(folderFd, file);
  try {
    write(fd, Buffer.from(text), `${folder}/${file}`);
  } finally {
    close(fd);
  }
}

const MEANINGS: Record<string, string> = {
  EBUSY: 'processes or child cgroups use what it would take away',
  EINVAL: 'the controller does not take this value, or the parent cgroup allows less',
  ENOENT: 'this kernel has no such file: the controller, or this part of it, is missing',
  EACCES: 'the cgroup belongs to another user: it would have to be delegated to you',
  EPERM: 'the kernel reserves this to a privileged user',
  ERANGE: 'the number is outside of what the kernel takes',
  ENODEV: 'there is no such device',
  EOPNOTSUPP: 'the controller cannot be used in this place of the tree',
};

/**
 * Writes settings below a folder, in their order. Two limits may depend on one another (memory may not be above
 * memory+swap, which is right for neither order), so one that is refused is tried once more after the others.
 * @returns for each setting that this kernel has no file for, what is lost.
 * @throws Error that says what a refusal means.
 */
export function writeSettings(place: Place, settings: readonly Setting[]): string[] {
  if (settings.length === 0) return [];
  return inFolder(place, (folderFd) => {
    const results = settings.map((setting) => ({ setting, result: tryWrite(folderFd, place, setting) }));
    for (const { setting } of results.filter(({ result }) => result === 'refused')) {
      writeOrExplain(folderFd, place, setting);
    }
    return lost(results);
  });
}

type WriteResult = 'written' | 'refused' | 'missing';

function tryWrite(folderFd: number, place: Place, setting: Setting): WriteResult {
  try {
    writeOrExplain(folderFd, place, setting);
    return 'written';
  } catch (error) {
    const { cause } = error as Error;
    if (isErrno(cause, 'EINVAL', 'EBUSY')) return 'refused';
    if (isErrno(cause, 'ENOENT', 'EOPNOTSUPP') && setting.ifMissing !== undefined) return 'missing';
    throw error;
  }
}

function writeOrExplain(folderFd: number, place: Place, { file, value }: Setting): void {
  try {
    writeIn(folderFd, place, file, value);
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    const meaning = MEANINGS[error.code] ?? error.message;
    throw new Error(`cannot set ${file} to "${value}" (${error.code}): ${meaning}`, { cause: error });
  }
}

/** Two settings with the same loss stand for one another: nothing is lost when one of them could be written. */
function lost(results: readonly { setting: Setting; result: WriteResult }[]): string[] {
  const kept = results.filter(({ result }) => result !== 'missing').map(({ setting }) => setting.ifMissing);
  const missing = results.filter(({ result }) => result === 'missing').map(({ setting }) => setting.ifMissing ?? '');
  return [...new Set(missing)].filter((loss) => loss !== '' && !kept.includes(loss));
}

/** A file of a cgroup without its last line break, or undefined where there is none. */
export function readFile(place: Place, file: string): string | undefined {
  try {
    return inFolder(place, (folderFd) => readIn(folderFd, file));
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENODEV', 'EOPNOTSUPP')) return undefined;
    throw error;
  }
}

function readIn(folderFd: number, file: string): string {
  const fd = openat(folderFd, file, O_NOFOLLOW | O_CLOEXEC);
  try {
    return readAll(fd).trim();
  } finally {
    close(fd);
  }
}

/** `usage_usec 12\nnr_periods 3` as a record of numbers. */
export function parseFlatKeyed(text = ''): Record<string, number> {
  const pairs = text.split('\n').map((line) => line.trim().split(/\s+/));
  return Object.fromEntries(pairs.filter((pair) => pair.length === 2).map(([key, value]) => [key, Number(value)]));
}
