// Copies a folder's content, with owners, modes and times, for volumes that begin with what the image has.
//
// Both sides are open folders, and every name is opened relative to them without following links: a link in an image
// is copied as a link, wherever it points. Others may write to the volume meanwhile, and put a link where a file has just
// been made: so owner and mode are given to what is open, never to a name.
//
// What is there already stays, so a copy that was killed can be made once more. A file has no permission at all until it
// is whole, which tells the one that was just being written from those that somebody has changed since.

import { readdirSync } from 'node:fs';
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_SYMLINK_NOFOLLOW,
  O_CLOEXEC,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOFOLLOW,
  O_NONBLOCK,
  O_PATH,
  O_WRONLY,
  S_IFDIR,
  S_IFLNK,
  S_IFREG,
  S_IFSOCK,
} from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import {
  close,
  fchmodat,
  fchownat,
  fstat,
  fstatat,
  mkdirat,
  mknodat,
  openat,
  read,
  readlinkat,
  type Stat,
  symlinkat,
  unlinkat,
  utimensat,
  write,
} from '../linux/files.ts';
import { pathOf } from '../linux/in-root.ts';

/** Copies all that is in one open folder into another, and gives that the first one's owner, mode and time. */
export function copyTree(from: number, to: number): void {
  copyContent(from, to);
  dress(to, fstat(from));
}

/** Copies what is in one open folder into another. */
export function copyContent(from: number, to: number): void {
  for (const name of readdirSync(pathOf(from))) copyEntry(from, to, name, fstatat(from, name, AT_SYMLINK_NOFOLLOW));
}

function copyEntry(from: number, to: number, name: string, stat: Stat): void {
  if (stat.type === S_IFDIR) return copyFolder(from, to, name);
  if (stat.type === S_IFSOCK) return; // nobody listens on a copy
  if (stat.type === S_IFREG) return copyFile(from, to, name, stat);
  const isNew = makeIfMissing(() => {
    if (stat.type === S_IFLNK) symlinkat(readlinkat(from, name), to, name);
    else mknodat(to, name, stat.mode, stat.rdevMajor, stat.rdevMinor);
  });
  if (!isNew) return;
  const made = openat(to, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  try {
    if (fstat(made).type !== stat.type)
      throw new Error(`${name} was exchanged while it was being copied into a volume`);
    dress(made, stat);
  } finally {
    close(made);
  }
}

/** @returns false where there is something already. */
function makeIfMissing(make: () => void): boolean {
  try {
    make();
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    throw error;
  }
}

/** Gives an open file, folder or link its owner, time and, in the end, mode: a change of the owner drops set-uid. */
function dress(fd: number, { uid, gid, mode, type, mtimeNs }: Stat): void {
  fchownat(fd, '', uid, gid, AT_EMPTY_PATH);
  utimensat(fd, '', mtimeNs, AT_EMPTY_PATH);
  if (type !== S_IFLNK) fchmodat(AT_FDCWD, pathOf(fd), mode & 0o7777);
}

function copyFolder(from: number, to: number, name: string): void {
  const isNew = makeIfMissing(() => mkdirat(to, name, 0o700));
  if (!isNew && fstatat(to, name, AT_SYMLINK_NOFOLLOW).type !== S_IFDIR) return;
  const flags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  const [source, target] = [openat(from, name, flags), openat(to, name, flags)];
  copyTree(source, target);
  close(source);
  close(target);
}

/** The permission of a file that is still being written. */
const UNFINISHED = 0;

function copyFile(from: number, to: number, name: string, stat: Stat): void {
  const target = makeFile(to, name);
  if (target === undefined) return;
  const source = openat(from, name, O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC); // it may have become a FIFO
  if (fstat(source).type !== S_IFREG) throw new Error(`${name} was exchanged while it was being copied`);
  const buffer = Buffer.alloc(Math.min(stat.size + 1, 256 * 1024)); // most files are small, and there may be thousands
  for (let count = read(source, buffer); count > 0; count = read(source, buffer)) {
    let rest = buffer.subarray(0, count);
    while (rest.length > 0) rest = rest.subarray(write(target, rest));
  }
  dress(target, stat);
  close(source);
  close(target);
}

/** A new file, open for writing. @returns undefined where there is something already that is no unfinished file. */
function makeFile(folder: number, name: string): number | undefined {
  const make = () => openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, UNFINISHED);
  try {
    return make();
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error;
  }
  const { type, mode } = fstatat(folder, name, AT_SYMLINK_NOFOLLOW);
  if (type !== S_IFREG || (mode & 0o7777) !== UNFINISHED) return undefined;
  unlinkat(folder, name);
  return make();
}
