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
  S_IFDIR,
} from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { close, fstat } from '../linux/files.ts';
import { mount_setattr, move_mount, open_tree } from '../linux/mount.ts';
import { openMountPoint } from '../linux/mount-point.ts';
import type { Mount } from '../oci.ts';
import { copyForeignMount, parseForeign } from './foreign.ts';
import type { AttributeChange, MountOptions } from './options.ts';

/**
 * Binds `mount.source` at `mount.destination`, which is made, as a file or a folder, where it is missing.
 * @param shared a copy of the source that was made earlier, so that it stays the source's peer.
 */
export function mountBind(rootFd: number, mount: Mount, options: MountOptions, shared?: number): void {
  const tree = shared ?? copySource(mount, options);
  const isFolder = fstat(tree).type === S_IFDIR;
  const target = openTarget(rootFd, mount, isFolder);
  try {
    refuseMismatch(mount, isFolder, fstat(target).type === S_IFDIR);
    change(tree, mount, options.attributes, 0);
    change(tree, mount, options.recursiveAttributes, AT_RECURSIVE);
    const propagation = options.propagation ?? { flag: MS_PRIVATE, recursive: true };
    const recursive = propagation.recursive ? AT_RECURSIVE : 0;
    mount_setattr(tree, '', AT_EMPTY_PATH | recursive, { propagation: propagation.flag });
    move_mount(tree, '', target, '', MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
  } finally {
    close(target);
    close(tree);
  }
}

function openTarget(rootFd: number, { source, destination, type = 'bind' }: Mount, isFolder: boolean): number {
  try {
    return openMountPoint(rootFd, destination, { type, isFolder });
  } catch (error) {
    if (!isErrno(error, 'ENOTDIR')) throw error;
    throw new Error(`cannot bind ${source} on ${destination}: that, or a part of the path, is a file in the container`);
  }
}

function copySource({ source, destination }: Mount, { recursive }: MountOptions): number {
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
function change(tree: number, { source }: Mount, { set, clear }: AttributeChange, recursive: number): void {
  if (set === 0 && clear === 0) return;
  try {
    mount_setattr(tree, '', AT_EMPTY_PATH | recursive, { set, clear });
  } catch (error) {
    if (!isErrno(error, 'EPERM')) throw error;
    throw new Error(`the options of the mount of ${source} would take off flags that are locked from outside`, {
      cause: error,
    });
  }
}
