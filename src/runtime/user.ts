// Who the program runs as: a name of the image's own /etc/passwd and /etc/group made into numbers.
//
// The files belong to the image, and may be anything: a link out (we are inside the root already, so it leads
// nowhere), a FIFO that never answers, a device, a file of gigabytes. So only a regular file of modest size is read.

import {
  AT_FDCWD,
  O_CLOEXEC,
  O_NOCTTY,
  O_NONBLOCK,
  PROC_SUPER_MAGIC,
  RESOLVE_NO_MAGICLINKS,
  S_IFREG,
  SYSFS_MAGIC,
} from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { close, fstat, fstatfs, openat2, read } from '../linux/files.ts';
import type { User } from '../oci.ts';

export interface Passwd {
  name: string;
  uid: number;
  gid: number;
  home: string;
}

export interface Group {
  name: string;
  gid: number;
  members: string[];
}

const LARGEST_FILE = 1024 * 1024;

/** Called inside the container's root. */
export function readPasswd(): Passwd[] {
  return readDatabase('/etc/passwd').flatMap(([name, , uid, gid, , home]) =>
    name && isNumber(uid) && isNumber(gid) ? [{ name, uid: Number(uid), gid: Number(gid), home: home ?? '/' }] : [],
  );
}

export function readGroup(): Group[] {
  return readDatabase('/etc/group').flatMap(([name, , gid, members]) =>
    name && isNumber(gid) ? [{ name, gid: Number(gid), members: (members ?? '').split(',').filter(Boolean) }] : [],
  );
}

function isNumber(text: string | undefined): boolean {
  return text !== undefined && /^\d{1,10}$/.test(text) && Number(text) < 2 ** 31;
}

/** The lines of a file of fields divided by colons; none when the file is missing or is not an ordinary one. */
function readDatabase(path: string): string[][] {
  const fd = tryOpen(path);
  if (fd === undefined) return [];
  try {
    if (fstat(fd).type !== S_IFREG || KERNELS_OWN.has(fstatfs(fd).type)) return [];
    return readUpTo(fd, LARGEST_FILE)
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => line.split(':'));
  } finally {
    close(fd);
  }
}

/** Reading there can do things: /proc/kmsg takes the kernel's messages away, and a link may lead to it. */
const KERNELS_OWN = new Set<number>([PROC_SUPER_MAGIC, SYSFS_MAGIC]);

function tryOpen(path: string): number | undefined {
  try {
    return openat2(AT_FDCWD, path, { flags: O_NONBLOCK | O_NOCTTY | O_CLOEXEC, resolve: RESOLVE_NO_MAGICLINKS });
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES', 'ENXIO', 'ENODEV', 'EPERM')) return undefined;
    throw error;
  }
}

/** The text of a file, or nothing of one that has more bytes, whatever its size says. */
function readUpTo(fd: number, limitBytes: number): string {
  const chunks: Buffer[] = [];
  for (let length = 0; length <= limitBytes; ) {
    const chunk = Buffer.allocUnsafe(16 * 1024);
    const count = read(fd, chunk);
    if (count === 0) return Buffer.concat(chunks).toString();
    chunks.push(chunk.subarray(0, count));
    length += count;
  }
  return '';
}

/**
 * The numbers for what -u says: `uid`, `uid:gid`, `name`, `name:group` and mixtures. Digits always mean a number,
 * never a name. Without a group, the user's own and every group that lists the user.
 * @throws Error naming the user or group that the image does not know.
 */
export function resolveUser(wanted: string, passwd: Passwd[], groups: Group[]): { user: User; home: string } {
  const [userPart = '', groupPart] = wanted.split(':');
  refuseLargeNumber(userPart);
  const entry = passwd.find((line) => (isNumber(userPart) ? line.uid === Number(userPart) : line.name === userPart));
  if (!entry && !isNumber(userPart)) {
    throw new Error(`unable to find user ${userPart}: no matching entries in the image's /etc/passwd`);
  }
  const uid = entry?.uid ?? Number(userPart);
  const home = entry?.home || '/';
  if (groupPart) {
    const gid = resolveGroup(groupPart, groups);
    return { user: { uid, gid, additionalGids: [gid] }, home };
  }
  const gid = entry?.gid ?? 0;
  const listed = groups.filter((group) => entry && group.members.includes(entry.name)).map((group) => group.gid);
  return { user: { uid, gid, additionalGids: [...new Set([gid, ...listed])] }, home };
}

/** It is not looked up as a name: a hostile image could have a user of that name whose number is 0. */
function refuseLargeNumber(text: string): void {
  if (/^\d+$/.test(text) && !isNumber(text)) throw new Error(`invalid user or group "${text}": it is above 2^31 - 1`);
}

/** A group's number, by its number or its name. */
export function resolveGroup(wanted: string, groups: Group[]): number {
  refuseLargeNumber(wanted);
  if (isNumber(wanted)) return Number(wanted);
  const group = groups.find((line) => line.name === wanted);
  if (!group) throw new Error(`unable to find group ${wanted}: no matching entries in the image's /etc/group`);
  return group.gid;
}
