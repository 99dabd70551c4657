// The union mount of an image's layers: folders laid over one another, and a writable one on top (overlayfs).
//
//     upperdir   what the container changes: new files, copies of changed ones, whiteouts for deleted ones
//     lowerdirs  the layers, the topmost first; never written to
//     workdir    an empty folder on upperdir's file system, where overlay prepares what it then renames into place
//
// Source: https://docs.kernel.org/filesystems/overlayfs.html

import { AT_FDCWD, MOVE_MOUNT_F_EMPTY_PATH, O_CLOEXEC, O_DIRECTORY, O_PATH } from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { close, open } from '../linux/files.ts';
import { pathOf } from '../linux/in-root.ts';
import { fsconfig_create, fsconfig_flag, fsconfig_string, fsmount, fsopen, mount, move_mount } from '../linux/mount.ts';

export interface Overlay {
  /** The topmost first. */
  lowerdirs: readonly string[];
  /** Without upper and work folder the mount is read-only, and wants two lower ones. */
  upperdir?: string;
  workdir?: string;
  target: string;
  /** For an ordinary user: overlay's marks are then user.overlay.* attributes (Linux 5.11). */
  userxattr?: boolean;
}

/**
 * Mounts it. The layers are handed over one by one where there are many, since one option holds 255 bytes at most.
 * @throws SyscallError fsconfig EINVAL when the upper folder lies on a file system that cannot be one, such as another
 * overlay; EBUSY when it is in use.
 */
export function mountOverlay(overlay: Overlay): void {
  const fs = fsopen('overlay');
  try {
    if (!addLowerdirs(fs, overlay.lowerdirs)) return mountByOpenFolders(overlay);
    if (overlay.upperdir !== undefined) fsconfig_string(fs, 'upperdir', escapeOption(overlay.upperdir));
    if (overlay.workdir !== undefined) fsconfig_string(fs, 'workdir', escapeOption(overlay.workdir));
    if (overlay.userxattr) fsconfig_flag(fs, 'userxattr');
    fsconfig_create(fs);
    const tree = fsmount(fs);
    move_mount(tree, '', AT_FDCWD, overlay.target, MOVE_MOUNT_F_EMPTY_PATH);
    close(tree);
  } finally {
    close(fs);
  }
}

/** fsconfig(2) takes strings of at most 255 bytes. */
const LONGEST_OPTION = 255;

/** One string if it is short, else `lowerdir+` folder by folder. @returns false where a kernel before 6.5 lacks that. */
function addLowerdirs(fs: number, lowerdirs: readonly string[]): boolean {
  const joined = lowerdirs.map(escapeLowerdir).join(':');
  if (Buffer.byteLength(joined) <= LONGEST_OPTION) {
    fsconfig_string(fs, 'lowerdir', joined);
    return true;
  }
  try {
    for (const lowerdir of lowerdirs) fsconfig_string(fs, 'lowerdir+', lowerdir);
    return true;
  } catch (error) {
    if (isErrno(error, 'EINVAL')) return false;
    throw error;
  }
}

/** The old call takes a page of options. Every folder is opened, so that its path is as short as /proc/self/fd/12. */
function mountByOpenFolders({ lowerdirs, upperdir, workdir, target, userxattr }: Overlay): void {
  const folders = [...lowerdirs, ...(upperdir && workdir ? [upperdir, workdir] : [])];
  const fds = folders.map((path) => open(path, O_PATH | O_DIRECTORY | O_CLOEXEC));
  const lower = fds.slice(0, lowerdirs.length).map(pathOf).join(':');
  const [upperFd, workFd] = fds.slice(lowerdirs.length);
  const upper = upperFd && workFd ? `,upperdir=${pathOf(upperFd)},workdir=${pathOf(workFd)}` : '';
  try {
    mount('overlay', target, 'overlay', 0, `lowerdir=${lower}${upper}${userxattr ? ',userxattr' : ''}`);
  } finally {
    for (const fd of fds) close(fd);
  }
}

/** In lowerdir a colon parts two folders, and a backslash hides the next character. */
export function escapeLowerdir(path: string): string {
  return path.replace(/[\\:]/g, '\\$&');
}

/** The kernel unescapes upperdir and workdir too. */
function escapeOption(path: string): string {
  return path.replace(/\\/g, '\\\\');
}
