// What a container sees in /sys/fs/cgroup: its own cgroup as the root.
//
// With a cgroup namespace it is mounted from inside that, so nothing above can be named. Without one a mount would show the
// whole machine's: on v1 the container's own folders are bound there in its place, as engines expect that write such a
// config.json. On v2 those want the whole tree.
//
// A hierarchy of v1 must not be writable at its root: release_agent there is a program that the host would run
// (CVE-2022-0492).

import { basename } from 'node:path';
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  MOUNT_ATTR_NODEV,
  MOUNT_ATTR_NOEXEC,
  MOUNT_ATTR_NOSUID,
  MOUNT_ATTR_RDONLY,
  MOVE_MOUNT_F_EMPTY_PATH,
  MOVE_MOUNT_T_EMPTY_PATH,
  MS_NODEV,
  MS_NOEXEC,
  MS_NOSUID,
  MS_PRIVATE,
  MS_RDONLY,
  O_CLOEXEC,
  O_DIRECTORY,
  O_NOFOLLOW,
  O_PATH,
  OPEN_TREE_CLOEXEC,
  OPEN_TREE_CLONE,
} from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { close, mkdirat, openat, symlinkat } from '../linux/files.ts';
import { pathOf } from '../linux/in-root.ts';
import { mount_setattr, mount as mountCall, move_mount, open_tree } from '../linux/mount.ts';
import { openMountPoint, reopenMountPoint } from '../linux/mount-point.ts';
import type { Mount } from '../oci.ts';
import { detectHierarchies, type Hierarchy } from './detect.ts';
import type { Part } from './part.ts';

const SAFE = MS_NOSUID | MS_NODEV | MS_NOEXEC;

/** Mounts the cgroup file systems at `mount.destination`. Called in the container's namespaces, before the pivot. */
export function mountCgroups(rootFd: number, mount: Mount, parts: readonly Part[], hasNamespace: boolean): void {
  const hierarchies = detectHierarchies();
  const target = openMountPoint(rootFd, mount.destination, { type: 'cgroup', isFolder: true });
  const view = { parts, hasNamespace, isReadonly: mount.options?.includes('ro') ?? false };
  const v2 = hierarchies.find(({ version }) => version === 2);
  try {
    if (v2 && hierarchies.length === 1) return mountOnly(v2, target, view);
    mountCall('tmpfs', pathOf(target), 'tmpfs', SAFE, 'mode=755,size=64k');
    mountEach(reopenMountPoint(rootFd, mount.destination, target), hierarchies, view);
  } finally {
    close(target);
  }
}

/** What is to be seen of the cgroups. */
interface View {
  parts: readonly Part[];
  hasNamespace: boolean;
  isReadonly: boolean;
}

/** A user namespace may mount it only with a cgroup namespace of its own: without, it sees the host's, read-only. */
function mountOnly(v2: Hierarchy, target: number, view: View): void {
  try {
    mountFresh(v2, pathOf(target), view);
  } catch (error) {
    if (view.hasNamespace || !isErrno(error, 'EPERM', 'EBUSY')) throw error;
    bindFolder(v2.mountPoint, target, true);
  }
}

/** A folder for each hierarchy, under the name that the host uses, and links for controllers that share one. */
function mountEach(top: number, hierarchies: readonly Hierarchy[], view: View): void {
  try {
    for (const hierarchy of hierarchies) {
      const name = basename(hierarchy.mountPoint);
      mkdirat(top, name, 0o755);
      if (view.hasNamespace) mountFresh(hierarchy, `${pathOf(top)}/${name}`, view);
      else bindOwn(hierarchy, top, name, view);
      const { version, controllers } = hierarchy;
      if (version === 1 && controllers.length > 1)
        for (const controller of controllers) symlinkat(name, top, controller);
    }
    if (view.isReadonly) mount_setattr(top, '', AT_EMPTY_PATH, { set: MOUNT_ATTR_RDONLY });
  } finally {
    close(top);
  }
}

function mountFresh({ version, controllers }: Hierarchy, path: string, { isReadonly }: View): void {
  const flags = SAFE | (isReadonly ? MS_RDONLY : 0);
  mountCall('cgroup', path, version === 2 ? 'cgroup2' : 'cgroup', flags, version === 2 ? '' : controllers.join(','));
}

/** Where the container has no cgroup, as an ordinary user's on v1, the host's is shown, and cannot be written to. */
function bindOwn(hierarchy: Hierarchy, top: number, name: string, { parts, isReadonly }: View): void {
  const own = parts.find(({ mountPoint }) => mountPoint === hierarchy.mountPoint);
  const target = openat(top, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  bindFolder(own?.folder ?? hierarchy.mountPoint, target, isReadonly || own === undefined);
  close(target);
}

function bindFolder(folder: string, target: number, isReadonly: boolean): void {
  const tree = open_tree(AT_FDCWD, folder, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
  const set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC | (isReadonly ? MOUNT_ATTR_RDONLY : 0);
  mount_setattr(tree, '', AT_EMPTY_PATH, { set, propagation: MS_PRIVATE });
  move_mount(tree, '', target, '', MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
  close(tree);
}
