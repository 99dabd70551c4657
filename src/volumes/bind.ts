// A bind mount: a file or folder of the host seen at a second place. It is what `-v` is made of.
//
// The source is copied as a mount that has no place yet, changed there, and then attached to an open target: no path of
// the image is walked twice. Read-only is meant for everything below too (mount_setattr with AT_RECURSIVE): the older
// remount makes only the topmost mount read-only, and a disk mounted below it stays writable.

import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_RECURSIVE,
  MOVE_MOUNT_F_EMPTY_PATH,
  MOVE_MOUNT_T_EMPTY_PATH,
  MS_PRIVATE,
  OPEN_TREE_CLOEXEC,
  OPEN_TREE_CLONE,
  PROC_SUPER_MAGIC,
  S_IFDIR,
} from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { close, fstat, fstatfs } from '../linux/files.ts';
import { mount_setattr, move_mount, open_tree } from '../linux/mount.ts';
import { openMountPoint } from '../linux/mount-point.ts';
import type { Mount } from '../oci.ts';
import { copyForeignMount, parseForeign } from './foreign.ts';
import type { BitChange, MountOptions } from './options.ts';

/**
 * Binds `mount.source` at `mount.destination`, which is made, as a file or a folder, where it is missing.
 * @param copied a copy of the source that was made earlier (sources.ts).
 */
export function mountBind(rootFd: number, mount: Mount, options: MountOptions, copied?: number): void {
  const tree = copied ?? copySource(mount, options);
  const isFolder = fstat(tree).type === S_IFDIR;
  const target = openTarget(rootFd, mount, tree, isFolder);
  try {
    refuseMismatch(mount, isFolder, fstat(target).type === S_IFDIR);
    changeAttributes(tree, mount, options);
    spread(tree, options);
    move_mount(tree, '', target, '', MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
  } finally {
    close(target);
    close(tree);
  }
}

/** Sets and clears what the options say of the mount that `fd` is open on, and of those below. */
export function changeAttributes(fd: number, mount: Mount, options: MountOptions): void {
  change(fd, mount, options.attributes, 0);
  change(fd, mount, options.recursiveAttributes, AT_RECURSIVE);
}

function spread(tree: number, { propagations }: MountOptions): void {
  const wanted = propagations.length > 0 ? propagations : [{ flag: MS_PRIVATE, recursive: true }];
  for (const { flag, recursive } of wanted) {
    mount_setattr(tree, '', AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0), { propagation: flag });
  }
}

function openTarget(rootFd: number, { source, destination }: Mount, tree: number, isFolder: boolean): number {
  try {
    const type = /^\/*proc\/*$/.test(destination) && isProcfs(tree) ? 'proc' : 'bind';
    return openMountPoint(rootFd, destination, { type, isFolder });
  } catch (error) {
    if (!isErrno(error, 'ENOTDIR')) throw error;
    throw new Error(`cannot bind ${source} on ${destination}: that, or a part of the path, is a file in the container`);
  }
}

const PROC_ROOT_INODE = 1n; // linux/proc_fs.h

/** The host's whole /proc may take the place of the container's: it hides nothing. */
function isProcfs(tree: number): boolean {
  return fstatfs(tree).type === PROC_SUPER_MAGIC && fstat(tree).ino === PROC_ROOT_INODE;
}

/** A copy of the source as a mount that has no place yet. */
export function copySource({ source, destination }: Mount, { recursive }: MountOptions): number {
  if (!source) throw new Error(`the bind mount on ${destination} has no source`);
  const foreign = parseForeign(source);
  if (foreign) return copyForeignMount(foreign);
  try {
    const flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | (recursive ? AT_RECURSIVE : 0);
    return open_tree(AT_FDCWD, source, flags);
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) throw new Error(`bind source path does not exist: ${source}`);
    throw error;
  }
}

function refuseMismatch({ source, destination }: Mount, sourceIsFolder: boolean, targetIsFolder: boolean): void {
  if (sourceIsFolder === targetIsFolder) return;
  const kind = (isFolder: boolean) => (isFolder ? 'a folder' : 'a file');
  throw new Error(
    `cannot bind ${source} on ${destination}: the one is ${kind(sourceIsFolder)}, the other ${kind(targetIsFolder)}`,
  );
}

/**
 * Sets and clears attributes. In a user namespace those that a mount had outside are locked: clearing one is refused by
 * the kernel, and that is an error only of someone who asked for it.
 */
function change(tree: number, { source, destination }: Mount, { set, clear }: BitChange, recursive: number): void {
  if (set === 0 && clear === 0) return;
  try {
    mount_setattr(tree, '', AT_EMPTY_PATH | recursive, { set, clear });
  } catch (error) {
    if (!isErrno(error, 'EPERM')) throw error;
    throw new Error(
      `the options of the mount of ${source ?? destination} would take off flags that are locked from outside`,
      {
        cause: error,
      },
    );
  }
}
