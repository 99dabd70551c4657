// Who the program runs as: a name of the image's own /etc/passwd and /etc/group made into numbers.
//
// The files belong to the image, and may be anything: a link out (we are inside the root already, so it leads
// nowhere), a FIFO that never answers, a device, a file of gigabytes. So only a regular file of modest size is read.

import { O_CLOEXEC, O_NONBLOCK, S_IFREG } from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { close, fstat, open, readAll } from '../linux/files.ts';
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
  let fd: number;
  try {
    fd = open(path, O_NONBLOCK | O_CLOEXEC);
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES', 'ENXIO')) return [];
    throw error;
  }
  try {
    const { type, size } = fstat(fd);
    if (type !== S_IFREG || size > LARGEST_FILE) return [];
    return readAll(fd)
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => line.split(':'));
  } finally {
    close(fd);
  }
}

/**
 * The numbers for what -u says: `uid`, `uid:gid`, `name`, `name:group` and mixtures. Digits always mean a number,
 * never a name. Without a group, the user's own and every group that lists the user.
 * @throws Error naming the user or group that the image does not know.
 */
export function resolveUser(wanted: string, passwd: Passwd[], groups: Group[]): { user: User; home: string } {
  const [userPart = '', groupPart] = wanted.split(':');
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

/** A group's number, by its number or its name. */
export function resolveGroup(wanted: string, groups: Group[]): number {
  if (isNumber(wanted)) return Number(wanted);
  const group = groups.find((line) => line.name === wanted);
  if (!group) throw new Error(`unable to find group ${wanted}: no matching entries in the image's /etc/group`);
  return group.gid;
}
