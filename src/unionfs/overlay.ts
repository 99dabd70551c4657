// The union mount of an image's layers: folders laid over one another, and a writable one on top (overlayfs).
//
//     upperdir   what the container changes: new files, copies of changed ones, whiteouts for deleted ones
//     lowerdirs  the layers, the topmost first; never written to
//     workdir    an empty folder on upperdir's file system, where overlay prepares what it then renames into place
//
// Classic tools write all that into one string, `mount -o lowerdir=/c:/b:/a,upperdir=…`, where colons, commas and
// backslashes in a path mean something and a page is all there is. Here each folder is handed over by a call of its
// own; and an older kernel gets a string that holds nothing but numbers of open folders.
//
// Source: https://docs.kernel.org/filesystems/overlayfs.html

import { AT_FDCWD, MOVE_MOUNT_F_EMPTY_PATH, O_CLOEXEC, O_DIRECTORY, O_PATH } from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { close, open } from '../linux/files.ts';
import { pathOf } from '../linux/in-root.ts';
import { fsconfig_create, fsconfig_flag, fsconfig_string, fsmount, fsopen, mount, move_mount } from '../linux/mount.ts';
import { visibleLayers } from './merged.ts';

export interface Overlay {
  /** The topmost first; 500 at most. */
  lowerdirs: readonly string[];
  /** Without upper and work folder the mount is read-only, and wants two lower ones. */
  upperdir?: string;
  workdir?: string;
  target: string;
  /** For an ordinary user: overlay's marks are then user.overlay.* attributes (Linux 5.11). */
  userxattr?: boolean;
}

/**
 * What a distribution may have switched on, and what would spoil a layer for everyone but this very kernel:
 * - redirect_dir: a renamed folder of a lower layer becomes an empty one with a note where its content lies.
 * - metacopy: a file whose mode was changed becomes an empty one with such a note.
 * - index: an upper folder can only ever be mounted again with the same lower ones.
 */
const PLAIN_LAYERS = { redirect_dir: 'nofollow', metacopy: 'off', index: 'off' };

/**
 * Mounts it.
 * @throws SyscallError EINVAL when the upper folder lies on a file system that cannot be one, such as another overlay;
 * EBUSY when it is in use; ENOENT.
 */
export function mountOverlay(overlay: Overlay): void {
  const lowerdirs = visibleLayers(overlay.lowerdirs, overlay.userxattr ? 'user' : 'trusted');
  try {
    mountFolderByFolder({ ...overlay, lowerdirs });
  } catch (error) {
    // A kernel before 6.8 knows no lowerdir+. If EINVAL meant something else, the older call says so again.
    if (!isErrno(error, 'EINVAL')) throw error;
    mountByOneString({ ...overlay, lowerdirs });
  }
}

/** With the calls that make a file system first and give it a place afterwards. */
export function mountFolderByFolder({ lowerdirs, upperdir, workdir, target, userxattr }: Overlay): void {
  const fs = fsopen('overlay');
  try {
    for (const lowerdir of lowerdirs) addFolder(fs, 'lowerdir+', lowerdir);
    if (upperdir !== undefined) addFolder(fs, 'upperdir', upperdir);
    if (workdir !== undefined) addFolder(fs, 'workdir', workdir);
    for (const [key, value] of Object.entries(PLAIN_LAYERS)) fsconfig_string(fs, key, value);
    if (userxattr) fsconfig_flag(fs, 'userxattr');
    fsconfig_create(fs);
    attach(fsmount(fs), target);
  } finally {
    close(fs);
  }
}

/** Gives a mount its place. */
function attach(tree: number, target: string): void {
  try {
    move_mount(tree, '', AT_FDCWD, target, MOVE_MOUNT_F_EMPTY_PATH);
  } finally {
    close(tree);
  }
}

/** fsconfig(2) takes strings of at most 255 bytes, a path may have 4095. */
const LONGEST_OPTION = 255;

/**
 * Names a folder by its path, or by the short path of its open descriptor: where it is too long, and where it has a
 * backslash, which hides the next character of upperdir and workdir, but not of lowerdir+.
 */
function addFolder(fs: number, key: string, path: string): void {
  if (Buffer.byteLength(path) <= LONGEST_OPTION && !path.includes('\\')) {
    fsconfig_string(fs, key, path);
    return;
  }
  const fd = openFolder(path);
  try {
    fsconfig_string(fs, key, pathOf(fd));
  } finally {
    close(fd);
  }
}

/** mount(2) takes a page of options and cuts off the rest without a word. */
const LONGEST_STRING = 4095;

/** With the older call. Every folder is open, so its name is as short and as plain as /proc/self/fd/12. */
export function mountByOneString({ lowerdirs, upperdir, workdir, target, userxattr }: Overlay): void {
  const fds: number[] = [];
  const nameOf = (path: string) => pathOf(fds[fds.push(openFolder(path)) - 1] as number);
  try {
    const options = [`lowerdir=${lowerdirs.map(nameOf).join(':')}`];
    if (upperdir !== undefined) options.push(`upperdir=${nameOf(upperdir)}`);
    if (workdir !== undefined) options.push(`workdir=${nameOf(workdir)}`);
    for (const [key, value] of Object.entries(PLAIN_LAYERS)) options.push(`${key}=${value}`);
    if (userxattr) options.push('userxattr');
    const text = options.join(',');
    if (text.length > LONGEST_STRING) throw new Error(`${lowerdirs.length} layers are too many for this kernel`);
    mount('overlay', target, 'overlay', 0, text);
  } finally {
    for (const fd of fds) close(fd);
  }
}

function openFolder(path: string): number {
  return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}
