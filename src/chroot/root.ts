// A new / for this process and its children: chroot's idea, done with pivot_root, from which there is no way back.
//
// chroot only changes where a path begins, and a process that is root finds its way out (lesson 02). pivot_root swaps
// the root of the whole mount namespace, and the old one is then unmounted: there is nothing left to escape to.

import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_RECURSIVE,
  MNT_DETACH,
  MOVE_MOUNT_F_EMPTY_PATH,
  MS_MOVE,
  MS_PRIVATE,
  MS_REC,
  MS_SHARED,
  MS_SLAVE,
  MS_UNBINDABLE,
  O_CLOEXEC,
  O_DIRECTORY,
  O_PATH,
  OPEN_TREE_CLOEXEC,
  OPEN_TREE_CLONE,
} from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { close, getcwd, open } from '../linux/files.ts';
import {
  chdir,
  chroot,
  fchdir,
  mount,
  mount_setattr,
  move_mount,
  open_tree,
  pivot_root,
  umount2,
} from '../linux/mount.ts';
import { readMounts } from '../linux/mountinfo.ts';
import type { RootPropagation } from '../oci.ts';

/**
 * Cuts the way by which our mounts would reach the host. A slave still hears of the host's unmounts, so that a disk can
 * be taken out while a container runs; with private the container would hold it. (man 7 mount_namespaces)
 */
export function makeRootSlave(): void {
  mount(null, '/', null, MS_SLAVE | MS_REC);
}

/**
 * Makes an ordinary folder a mount of its own, as pivot_root wants, by binding it, with all that is mounted below, on
 * itself. @param isSlave what the host mounts below the folder later is to appear in it too.
 * @returns an O_PATH descriptor of it.
 */
export function bindRoot(path: string, { isSlave = false } = {}): number {
  const tree = open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
  if (!isSlave) mount_setattr(tree, '', AT_EMPTY_PATH | AT_RECURSIVE, { propagation: MS_PRIVATE });
  move_mount(tree, '', AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH);
  return tree; // the path would lead elsewhere if it is /: our own root is below what is mounted there
}

/** Makes the mount that `rootFd` is open on the root. Afterwards we are in it, and the old root is gone. */
export function pivot(rootFd: number): void {
  const oldRoot = open('/', O_PATH | O_DIRECTORY | O_CLOEXEC);
  fchdir(rootFd);
  try {
    // Both are ".": the old root is stacked on the new one, and needs no folder inside it.
    pivot_root('.', '.');
  } catch (error) {
    close(oldRoot);
    if (!isErrno(error, 'EINVAL') || !isMountPoint(getcwd())) throw error;
    return moveRoot();
  }
  fchdir(oldRoot);
  mount(null, '.', null, MS_SLAVE | MS_REC); // so that the unmount does not reach the host
  umount2('.', MNT_DETACH);
  chdir('/');
  close(oldRoot);
}

function isMountPoint(folder: string): boolean {
  return readMounts().some(({ path }) => path === folder);
}

/**
 * The way for a machine whose / is its initramfs, which pivot_root refuses to move: the new root is moved over the old
 * one and entered with chroot. The old root is still there below, so whatever of the host's proc and sysfs could be
 * reached from it is detached first.
 */
function moveRoot(): void {
  for (const path of hostKernelMounts()) umount2(path, MNT_DETACH);
  mount('.', '/', null, MS_MOVE);
  chroot('.');
  chdir('/');
}

/** Where the host's full proc and sysfs are mounted, the deepest first. They lie outside of the present folder. */
function hostKernelMounts(): string[] {
  const here = getcwd(); // process.cwd() would tell what Node remembers
  return readMounts()
    .filter(({ path, type }) => (type === 'proc' || type === 'sysfs') && !`${path}/`.startsWith(`${here}/`))
    .map(({ path }) => path)
    .sort((a, b) => b.length - a.length);
}

/** The flag for a propagation as the specification names it. */
const PROPAGATION = {
  shared: MS_SHARED,
  slave: MS_SLAVE,
  private: MS_PRIVATE,
  unbindable: MS_UNBINDABLE,
} as const;

/** How mounts made later in the container's root spread. With an r in front it goes for all that is mounted below too. */
export function setRootPropagation(propagation: RootPropagation): void {
  const flag = PROPAGATION[propagation.replace(/^r/, '') as keyof typeof PROPAGATION];
  mount(null, '/', null, flag | (propagation.startsWith('r') ? MS_REC : 0));
}
