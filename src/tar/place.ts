// Puts the entries of a tar archive in their places below a folder of a root: a container's, or a folder of the host.
//
// Neither the archive nor what is in the root is trusted. A path is walked by the kernel as if the root were / (openat2
// with RESOLVE_IN_ROOT): links in it lead anywhere in the root and never out. The last name of a path is never followed: a
// new file is made there, with O_EXCL, and owner, mode and time are given to what is open and not to a name.

import { writeSync } from 'node:fs';
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_SYMLINK_NOFOLLOW,
  O_CLOEXEC,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOFOLLOW,
  O_PATH,
  O_WRONLY,
  S_IFDIR,
  S_IFIFO,
} from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import {
  close,
  fchmodat,
  fchownat,
  fstat,
  ftruncate,
  linkat,
  mkdirat,
  mknodat,
  openat,
  symlinkat,
  tryFstatat,
  unlinkat,
  utimensat,
} from '../linux/files.ts';
import { makeFolderInRoot, openInRoot, pathOf, tryOpenInRoot } from '../linux/in-root.ts';
import { type Entry, KINDS } from './entry.ts';
import { type Pull, TarReader } from './reader.ts';

export interface Place {
  /** A descriptor of the folder that is / for all paths and links. */
  rootFd: number;
  /** Where in it the entries go. It must be there. */
  folder: string;
  /** Whose the new file is on the disk. */
  owner: (ids: { uid: number; gid: number }) => { uid: number; gid: number };
}

/** @throws Error for an entry that would lie elsewhere, and for a folder that would take the place of something else. */
export function unpack(pull: Pull, place: Place): void {
  const reader = new TarReader(pull);
  const folders: Entry[] = [];
  for (let entry = reader.next(); entry !== undefined; entry = reader.next()) {
    placeEntry(reader, entry, place);
    if (entry.type === 'folder') folders.push(entry);
  }
  for (const entry of folders.reverse()) setTime(entry, place); // what was put into one has changed it
}

/** The names of a path, without dots. @throws Error for one that leads out of the folder it begins in. */
export function namesOf(path: string): string[] {
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '' || name === '.') continue;
    if (name !== '..') names.push(name);
    else if (names.pop() === undefined)
      throw new Error(`the path ${JSON.stringify(path)} in the archive leads out of its folder`);
  }
  return names;
}

function placeEntry(reader: TarReader, entry: Entry, place: Place): void {
  const { parent, name } = split(entry.path, place);
  if (name === undefined) {
    if (entry.type !== 'folder')
      throw new Error(`${JSON.stringify(entry.path)} would take the place of the whole folder`);
    return; // the folder itself stays as it is
  }
  const folder = openFolder(place.rootFd, parent);
  try {
    makeRoom(folder, name, entry);
    make(reader, folder, name, entry, place);
  } finally {
    close(folder);
  }
}

function split(path: string, { folder }: Place): { parent: string; name: string | undefined } {
  const names = namesOf(path);
  const name = names.pop();
  return { parent: `${folder}/${names.join('/')}`, name };
}

/** For work below it. An archive may leave out the folders that its files are in. */
function openFolder(rootFd: number, path: string): number {
  return makeFolderInRoot(rootFd, path);
}

/** A folder stays, and gets more; anything else goes. */
function makeRoom(folder: number, name: string, { type, path }: Entry): void {
  const there = tryFstatat(folder, name, AT_SYMLINK_NOFOLLOW);
  if (there === undefined) return;
  const isFolder = there.type === S_IFDIR;
  if (isFolder && type === 'folder') return;
  if (isFolder) throw new Error(`cannot overwrite directory "${name}" with non-directory "${path}"`);
  if (type === 'folder') throw new Error(`cannot overwrite non-directory "${name}" with directory "${path}"`);
  unlinkat(folder, name);
}

function make(reader: TarReader, folder: number, name: string, entry: Entry, place: Place): void {
  if (entry.type === 'file') return makeFile(reader, folder, name, entry, place);
  if (entry.type === 'hardlink') return makeHardLink(folder, name, entry, place);
  if (entry.type === 'folder') makeFolder(folder, name);
  else if (entry.type === 'symlink') symlinkat(entry.linkPath, folder, name);
  else makeNode(folder, name, entry);
  const fd = openat(folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  try {
    if (fstat(fd).type !== KINDS[entry.type]) throw new Error(`${entry.path} was exchanged while it was being copied`);
    dress(fd, entry, place);
  } finally {
    close(fd);
  }
}

function makeFolder(folder: number, name: string): void {
  try {
    mkdirat(folder, name, 0o700);
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error;
  }
}

function makeNode(folder: number, name: string, { type, mode, major, minor }: Entry): void {
  if (type === 'fifo') mknodat(folder, name, S_IFIFO | mode);
  else mknodat(folder, name, KINDS[type as 'char' | 'block'] | mode, major, minor);
}

/** It has no permission at all until it is whole. */
function makeFile(reader: TarReader, folder: number, name: string, entry: Entry, place: Place): void {
  const fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0);
  try {
    writeContent(fd, reader);
    if (entry.size > 0) ftruncate(fd, entry.size); // it may end with a hole
    dress(fd, entry, place);
  } finally {
    close(fd);
  }
}

/** Where there are nothing but zeros, a hole is left: a file with holes, on its way through an archive, stays one. */
function writeContent(fd: number, reader: TarReader): void {
  let position = 0;
  for (let part = reader.readContent(); part !== undefined; part = reader.readContent()) {
    if (!isZero(part))
      for (let at = 0; at < part.length; ) at += writeSync(fd, part, at, part.length - at, position + at);
    position += part.length;
  }
}

const ZEROS = Buffer.alloc(256 * 1024);

function isZero(part: Buffer): boolean {
  return part.length <= ZEROS.length && ZEROS.compare(part, 0, part.length, 0, part.length) === 0;
}

/** A second name for a file of this archive, or of the root. The link itself is linked, where it is one. */
function makeHardLink(folder: number, name: string, { path, linkPath }: Entry, place: Place): void {
  const target = split(linkPath, place);
  const targetFolder = tryOpenInRoot(place.rootFd, target.parent, O_PATH | O_DIRECTORY);
  if (target.name === undefined || targetFolder === undefined)
    throw new Error(`${path} links to ${linkPath}, which is not there`);
  try {
    linkat(targetFolder, target.name, folder, name);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) throw new Error(`${path} links to ${linkPath}, which is not there`);
    throw error;
  } finally {
    close(targetFolder);
  }
}

/** Owner, mode, and then the time: a change of the owner drops set-uid. */
function dress(fd: number, entry: Entry, { owner }: Place): void {
  const { uid, gid } = owner(entry);
  fchownat(fd, '', uid, gid, AT_EMPTY_PATH);
  if (entry.type !== 'symlink') fchmodat(AT_FDCWD, pathOf(fd), entry.mode);
  utimensat(fd, '', entry.mtimeNs, AT_EMPTY_PATH);
}

/** Of a folder, when all is in it. If it is none any more, that is somebody else's doing. */
function setTime({ path, mtimeNs }: Entry, place: Place): void {
  const { parent, name } = split(path, place);
  if (name === undefined) return;
  const folder = openInRoot(place.rootFd, parent, O_PATH | O_DIRECTORY);
  try {
    const there = tryFstatat(folder, name, AT_SYMLINK_NOFOLLOW);
    if (there?.type === S_IFDIR) utimensat(folder, name, mtimeNs, AT_SYMLINK_NOFOLLOW);
  } finally {
    close(folder);
  }
}
