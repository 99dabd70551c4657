// What a container sees in /sys/fs/cgroup: its own cgroup as the root, read-only.
//
// It is mounted from inside the container's cgroup namespace, so nothing above can be named. On v1 it must not be
// writable: release_agent there is a program that the host would run (CVE-2022-0492).

import { basename } from 'node:path';
import { AT_EMPTY_PATH, MOUNT_ATTR_RDONLY, MS_NODEV, MS_NOEXEC, MS_NOSUID, MS_RDONLY } from '../linux/constants.ts';
import { close, mkdirat, symlinkat } from '../linux/files.ts';
import { pathOf } from '../linux/in-root.ts';
import { mount, mount_setattr } from '../linux/mount.ts';
import { openMountPoint, reopenMountPoint } from '../linux/mount-point.ts';
import { detectHierarchies, type Hierarchy } from './detect.ts';

const SAFE = MS_NOSUID | MS_NODEV | MS_NOEXEC;

/** Mounts the cgroup file systems at `destination`. Called in the container's cgroup and mount namespaces. */
export function mountCgroups(rootFd: number, destination: string, options: readonly string[]): void {
  const hierarchies = detectHierarchies();
  const readonly = options.includes('ro') ? MS_RDONLY : 0;
  const target = openMountPoint(rootFd, destination, { type: 'cgroup', isFolder: true });
  const v2 = hierarchies.find(({ version }) => version === 2);
  try {
    if (v2 && hierarchies.length === 1) return mount('cgroup', pathOf(target), 'cgroup2', SAFE | readonly);
    mount('tmpfs', pathOf(target), 'tmpfs', SAFE, 'mode=755,size=64k');
    mountEach(reopenMountPoint(rootFd, destination, target), hierarchies, SAFE | readonly);
  } finally {
    close(target);
  }
}

/** A folder for each hierarchy, under the name that the host uses, and links for controllers that share one. */
function mountEach(top: number, hierarchies: readonly Hierarchy[], flags: number): void {
  try {
    for (const { version, controllers, mountPoint } of hierarchies) {
      const name = basename(mountPoint);
      mkdirat(top, name, 0o755);
      const data = version === 2 ? '' : controllers.join(',');
      mount('cgroup', `${pathOf(top)}/${name}`, version === 2 ? 'cgroup2' : 'cgroup', flags, data);
      if (version === 1 && controllers.length > 1)
        for (const controller of controllers) symlinkat(name, top, controller);
    }
    if (flags & MS_RDONLY) mount_setattr(top, '', AT_EMPTY_PATH, { set: MOUNT_ATTR_RDONLY });
  } finally {
    close(top);
  }
}
