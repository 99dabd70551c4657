// Covers up what of /proc and /sys a container should not see or change. Done last, inside the new root.
//
// A file is covered with /dev/null, a folder with an empty read-only tmpfs. The image has a say in what /dev/null is:
// so it is opened once and looked at, and the file that was looked at is what is bound (null.ts).

import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_RECURSIVE,
  MOUNT_ATTR_NODEV,
  MOUNT_ATTR_NOEXEC,
  MOUNT_ATTR_NOSUID,
  MOUNT_ATTR_RDONLY,
  MOVE_MOUNT_F_EMPTY_PATH,
  MOVE_MOUNT_T_EMPTY_PATH,
  O_CLOEXEC,
  O_NOFOLLOW,
  O_PATH,
  OPEN_TREE_CLOEXEC,
  OPEN_TREE_CLONE,
  S_IFDIR,
} from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { close, fstat, open } from '../linux/files.ts';
import {
  fsconfig_create,
  fsconfig_string,
  fsmount,
  fsopen,
  mount_setattr,
  move_mount,
  open_tree,
} from '../linux/mount.ts';
import { openNull } from './null.ts';

const ATTACH = MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH;
const CLONE = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC;

/** Makes what lies at these paths unreadable. A path that does not exist is left out. */
export function maskPaths(paths: readonly string[]): void {
  const covers: { file?: number; folder?: number } = {};
  for (const path of paths) {
    const target = openIfThere(path);
    if (target === undefined) continue;
    if (fstat(target).type === S_IFDIR) {
      if (covers.folder !== undefined) cover(covers.folder, target);
      else {
        covers.folder = emptyFolder(); // given its place first: a mount without one cannot be copied
        move_mount(covers.folder, '', target, '', ATTACH);
      }
    } else {
      covers.file ??= openNull(O_PATH);
      cover(covers.file, target);
    }
    close(target);
  }
  for (const fd of Object.values(covers)) close(fd);
}

/** Makes what lies at these paths, with all below, read-only. */
export function makeReadonly(paths: readonly string[]): void {
  for (const path of paths) {
    const target = openIfThere(path);
    if (target === undefined) continue;
    const tree = open_tree(target, '', CLONE | AT_EMPTY_PATH | AT_RECURSIVE);
    mount_setattr(tree, '', AT_EMPTY_PATH | AT_RECURSIVE, { set: MOUNT_ATTR_RDONLY });
    move_mount(tree, '', target, '', ATTACH);
    close(tree);
    close(target);
  }
}

function openIfThere(path: string): number | undefined {
  try {
    return open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}

/** Puts another mount of what `source` is open on over `target`. */
function cover(source: number, target: number): void {
  const copy = open_tree(source, '', CLONE | AT_EMPTY_PATH);
  move_mount(copy, '', target, '', ATTACH);
  close(copy);
}

/** A tmpfs with room for nothing. One is enough: every folder is covered with the same. */
function emptyFolder(): number {
  const fs = fsopen('tmpfs');
  for (const [key, value] of [
    ['size', '4k'],
    ['nr_inodes', '2'],
    ['mode', '755'],
  ] as const) {
    fsconfig_string(fs, key, value);
  }
  fsconfig_create(fs);
  const mounted = fsmount(fs, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
  close(fs);
  return mounted;
}

/** Makes the root itself read-only; what is mounted below stays as it is. */
export function makeRootReadonly(): void {
  mount_setattr(AT_FDCWD, '/', 0, { set: MOUNT_ATTR_RDONLY });
}
