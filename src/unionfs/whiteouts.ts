// How a layer says that something of the layers below is gone: the marks of overlayfs, and how to read and make them.
//
//     a whiteout        a character device 0:0 in place of a deleted name
//     an opaque folder  the attribute overlay.opaque=y on a folder that replaces, not joins, the one below
//
// The attribute's full name says who made it: trusted.overlay.opaque on a mount of the host's root,
// user.overlay.opaque on one with the option userxattr, in a user namespace. A layer that travels spells the same two
// things with the names of aufs (oci-names.ts), and convert.ts translates.
//
// Source: https://docs.kernel.org/filesystems/overlayfs.html#whiteouts-and-opaque-directories

import { join } from 'node:path';
import { S_IFCHR, S_IFREG } from '../linux/constants.ts';
import { mknodat, type Stat } from '../linux/files.ts';
import { pathOf } from '../linux/in-root.ts';
import { fgetxattr, fremovexattr, fsetxattr, lgetxattr } from '../linux/xattr.ts';

/** Which attributes hold overlay's marks: those of the host's root, or those of a mount with userxattr. */
export type Marks = 'trusted' | 'user';

/** What a mount made by this user looks at. */
export function usualMarks(): Marks {
  return process.geteuid?.() === 0 ? 'trusted' : 'user';
}

/**
 * True when `name`, which has this `stat`, hides that name in the layers below.
 * Tools may also use an empty file with the attribute overlay.whiteout (Linux 6.7); overlayfs itself never does.
 */
export function isWhiteout(folderFd: number, name: string, stat: Stat, marks: Marks): boolean {
  if (stat.type === S_IFCHR) return stat.rdevMajor === 0 && stat.rdevMinor === 0;
  if (stat.type !== S_IFREG || stat.size !== 0) return false;
  return lgetxattr(join(pathOf(folderFd), name), `${marks}.overlay.whiteout`) !== undefined;
}

/** Hides `name` in the layers below. Nothing may stand there. An ordinary user may make this one device too. */
export function makeWhiteout(folderFd: number, name: string): void {
  mknodat(folderFd, name, S_IFCHR, 0, 0);
}

/** True when the folder replaces the one of that name in the layers below. `fd` is open for reading. */
export function isOpaque(fd: number, marks: Marks): boolean {
  return fgetxattr(fd, `${marks}.overlay.opaque`)?.toString() === 'y';
}

/** Hides all that the layers below have in this folder. */
export function makeOpaque(fd: number, marks: Marks): void {
  fsetxattr(fd, `${marks}.overlay.opaque`, 'y');
}

export function makeTransparent(fd: number, marks: Marks): void {
  fremovexattr(fd, `${marks}.overlay.opaque`);
}

/** True for an attribute that is overlay's own note and belongs into no archive. */
export function isOverlayXattr(name: string): boolean {
  return /^(trusted|user)\.overlay\./.test(name);
}
