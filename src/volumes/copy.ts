// Copies a folder's content, with owners, modes and times, for volumes that begin with what the image has.
//
// Both sides are open folders, and every name is opened relative to them without following links: a link in an image
// is copied as a link, wherever it points. Others may write to the volume meanwhile, and put a link where a file has just
// been made: so owner and mode are given to what is open, never to a name.

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
import {
  close,
  fchmodat,
  fchownat,
  fstat,
  fstatat,
  mkdirat,
  mknodat,
  open,
  openat,
  read,
  readlinkat,
  type Stat,
  symlinkat,
  write,
} from '../linux/files.ts';
import { pathOf, tryOpenInRoot } from '../linux/in-root.ts';

/** Copies what the image has at `destination` into a volume that is still empty. */
export function copyUpInto(rootFd: number, destination: string, volumeFolder: string): void {
  const from = tryOpenInRoot(rootFd, destination, O_PATH | O_DIRECTORY);
  if (from === undefined) return;
  const to = open(volumeFolder, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (readdirSync(pathOf(to)).length === 0) copyTree(from, to);
  close(from);
  close(to);
}

/** Copies all that is in one open folder into another, and gives that the first one's owner and mode. */
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
  if (stat.type === S_IFLNK) symlinkat(readlinkat(from, name), to, name);
  else mknodat(to, name, stat.mode, stat.rdevMajor, stat.rdevMinor);
  const made = openat(to, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  try {
    if (fstat(made).type !== stat.type)
      throw new Error(`${name} was exchanged while it was being copied into a volume`);
    dress(made, stat);
  } finally {
    close(made);
  }
}

/** Gives an open file, folder or link its owner, and then its mode: a change of the owner drops set-uid. */
function dress(fd: number, { uid, gid, mode, type }: Stat): void {
  fchownat(fd, '', uid, gid, AT_EMPTY_PATH);
  if (type !== S_IFLNK) fchmodat(AT_FDCWD, pathOf(fd), mode & 0o7777);
}

function copyFolder(from: number, to: number, name: string): void {
  const flags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  mkdirat(to, name, 0o700);
  const [source, target] = [openat(from, name, flags), openat(to, name, flags)];
  copyTree(source, target);
  close(source);
  close(target);
}

function copyFile(from: number, to: number, name: string, stat: Stat): void {
  const source = openat(from, name, O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC); // it may have become a FIFO
  if (fstat(source).type !== S_IFREG) throw new Error(`${name} was exchanged while it was being copied`);
  const target = openat(to, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600);
  const buffer = Buffer.alloc(256 * 1024);
  for (let count = read(source, buffer); count > 0; count = read(source, buffer)) {
    let rest = buffer.subarray(0, count);
    while (rest.length > 0) rest = rest.subarray(write(target, rest));
  }
  dress(target, stat);
  close(source);
  close(target);
}
