// How a layer says that something of the layers below is gone: the marks of overlayfs, and how to read and make them.
//
//     a whiteout        a character device 0:0 in place of a deleted name
//     an opaque folder  the attribute overlay.opaque=y on a folder that replaces, not joins, the one below
//
// The attribute's full name says which mount looks at it: trusted.overlay.opaque is for a mount of the host's root,
// user.overlay.opaque for one with the option userxattr, in a user namespace. A layer that travels spells the same two
// things with names (oci-names.ts), and convert.ts translates.
//
// Source: https://docs.kernel.org/filesystems/overlayfs.html#whiteouts-and-opaque-directories

import { S_IFCHR, S_IFREG } from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { mknodat, type Stat } from '../linux/files.ts';
import { pathOf } from '../linux/in-root.ts';
import { isInUserNamespace } from '../linux/namespaces.ts';
import { fgetxattr, fsetxattr, lgetxattr, llistxattr, lremovexattr } from '../linux/xattr.ts';

/** Which attributes hold overlay's marks: those of a mount of the host's root, or those of one with userxattr. */
export type Marks = 'trusted' | 'user';

/** What a mount by this user looks at. */
export function usualMarks(): Marks {
  return process.geteuid?.() === 0 && !isInUserNamespace() ? 'trusted' : 'user';
}

/**
 * True when `name`, which has this `stat`, hides that name in the layers below.
 * Tools may also use an empty file with the attribute overlay.whiteout (Linux 6.7); overlayfs itself never does.
 */
export function isWhiteout(folderFd: number, name: string, stat: Stat, marks: Marks): boolean {
  if (isWhiteoutDevice(stat)) return true;
  if (stat.type !== S_IFREG || stat.size !== 0) return false;
  return lgetxattr(`${pathOf(folderFd)}/${name}`, `${marks}.overlay.whiteout`) !== undefined;
}

/** No driver has the number 0:0, so the device is free to mean this. */
export function isWhiteoutDevice({ type, rdevMajor, rdevMinor }: Stat): boolean {
  return type === S_IFCHR && rdevMajor === 0 && rdevMinor === 0;
}

/** Hides `name` in the layers below. Nothing may stand there. An ordinary user may make this one device too. */
export function makeWhiteout(folderFd: number, name: string): void {
  mknodat(folderFd, name, S_IFCHR, 0, 0);
}

/** True when the folder replaces the one of that name in the layers below. `fd` is open for reading. */
export function isOpaque(fd: number, marks: Marks): boolean {
  return fgetxattr(fd, `${marks}.overlay.opaque`)?.toString() === 'y';
}

/** The same of a layer's own folder. */
export function isOpaqueRoot(layer: string, marks: Marks): boolean {
  return lgetxattr(`${layer}/.`, `${marks}.overlay.opaque`)?.toString() === 'y';
}

/**
 * Hides all that the layers below have in this folder. Root writes both marks, since a layer of root's may be mounted
 * in a user namespace too. @throws SyscallError EPERM, EOPNOTSUPP when neither can be had.
 */
export function makeOpaque(fd: number): void {
  const isMarked = (['trusted', 'user'] as const).map((marks) => tryMark(fd, `${marks}.overlay.opaque`));
  if (!isMarked.includes(true)) fsetxattr(fd, 'user.overlay.opaque', 'y');
}

function tryMark(fd: number, name: string): boolean {
  try {
    fsetxattr(fd, name, 'y');
    return true;
  } catch (error) {
    if (isErrno(error, 'EPERM', 'EOPNOTSUPP')) return false;
    throw error;
  }
}

/** True for an attribute that is overlay's own note: it holds for this machine alone, and belongs into no archive. */
function isOverlayXattr(name: string): boolean {
  return /^(trusted|user)\.overlay\./.test(name);
}

/** Takes all notes of overlay's off what `name` is in an open folder: `.` is the folder. Links are not followed. */
export function removeOverlayXattrs(folderFd: number, name: string): void {
  const path = `${pathOf(folderFd)}/${name}`;
  for (const name of llistxattr(path).filter(isOverlayXattr)) lremovexattr(path, name);
}
