// A new file system mounted inside the root: proc, sysfs, tmpfs, devpts, mqueue …

import {
  AT_EMPTY_PATH,
  MNT_DETACH,
  MOUNT_ATTR__ATIME,
  MOUNT_ATTR_NOATIME,
  MOUNT_ATTR_NODEV,
  MOUNT_ATTR_NODIRATIME,
  MOUNT_ATTR_NOEXEC,
  MOUNT_ATTR_NOSUID,
  MOUNT_ATTR_NOSYMFOLLOW,
  MOUNT_ATTR_RDONLY,
  MOUNT_ATTR_STRICTATIME,
  MS_NOATIME,
  MS_NODEV,
  MS_NODIRATIME,
  MS_NOEXEC,
  MS_NOSUID,
  MS_NOSYMFOLLOW,
  MS_RDONLY,
  MS_REC,
  MS_REMOUNT,
  MS_STRICTATIME,
  O_PATH,
} from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { close, fstat } from '../linux/files.ts';
import { openInRoot, pathOf, tryOpenInRoot } from '../linux/in-root.ts';
import { mount_setattr, mount as mountCall, umount2 } from '../linux/mount.ts';
import { openMountPoint, reopenMountPoint } from '../linux/mount-point.ts';
import type { Mount } from '../oci.ts';
import { changeAttributes } from './bind.ts';
import { copyContent } from './copy.ts';
import type { MountOptions } from './options.ts';

/**
 * Mounts a file system of `mount.type` at `mount.destination`. The kernel refuses to lay one right over itself (EBUSY), as
 * the sysfs of a shared network would lie where the root is the host's own: what the root has brought along makes way.
 */
export function mountFileSystem(rootFd: number, mount: Mount, options: MountOptions): void {
  try {
    mountOnTop(rootFd, mount, options);
  } catch (error) {
    if (mount.type !== 'sysfs' || !isErrno(error, 'EBUSY')) throw error;
    detach(rootFd, mount.destination);
    mountOnTop(rootFd, mount, options);
  }
}

function detach(rootFd: number, path: string): void {
  const top = openInRoot(rootFd, path, O_PATH);
  try {
    umount2(pathOf(top), MNT_DETACH);
  } finally {
    close(top);
  }
}

function mountOnTop(rootFd: number, mount: Mount, options: MountOptions): void {
  const type = mount.type ?? 'none';
  const data = [...(type === 'tmpfs' ? modeOf(rootFd, mount.destination) : []), ...options.data];
  const target = openMountPoint(rootFd, mount.destination, { type, isFolder: true });
  try {
    const flags = toMountFlags(options.attributes.set | options.recursiveAttributes.set) | options.superFlags;
    const readonlyLater = options.copyUp ? MS_RDONLY : 0;
    const source = mount.source ?? type;
    mountCall(source, pathOf(target), type, flags & ~readonlyLater, data.join(','), mount.destination);
    if (options.copyUp || options.propagations.length > 0)
      finish(reopenMountPoint(rootFd, mount.destination, target), target, options);
  } finally {
    close(target);
  }
}

/**
 * Changes what is mounted at `mount.destination` already. Of a bind mount only what the options name; of a file system all
 * that is not named goes back to what is usual, as with mount(8).
 */
export function remount(rootFd: number, mount: Mount, options: MountOptions): void {
  const type = mount.type ?? 'none';
  const target = openInRoot(rootFd, mount.destination);
  try {
    if (options.bind) return changeAttributes(target, mount, options);
    const flags = toMountFlags(options.attributes.set | options.recursiveAttributes.set) | options.superFlags;
    mountCall(mount.source ?? type, pathOf(target), type, flags | MS_REMOUNT, options.data.join(','));
  } finally {
    close(target);
  }
}

/** A tmpfs takes over the mode of the folder that it covers, if that is there and no other mode is asked for. */
function modeOf(rootFd: number, destination: string): string[] {
  const folder = tryOpenInRoot(rootFd, destination, O_PATH);
  if (folder === undefined) return [];
  const { mode } = fstat(folder);
  close(folder);
  return [`mode=${(mode & 0o7777).toString(8)}`];
}

/** What can only be done to the mounted file system, `top`. `below` is the folder that it covers. */
function finish(top: number, below: number, { copyUp, propagations, attributes }: MountOptions): void {
  try {
    if (copyUp) copyContent(below, top);
    if (copyUp && attributes.set & MOUNT_ATTR_RDONLY) mount_setattr(top, '', AT_EMPTY_PATH, { set: MOUNT_ATTR_RDONLY });
    for (const { flag, recursive } of propagations) {
      mountCall(null, pathOf(top), null, flag | (recursive ? MS_REC : 0));
    }
  } finally {
    close(top);
  }
}

const TO_MOUNT_FLAG = [
  [MOUNT_ATTR_RDONLY, MS_RDONLY],
  [MOUNT_ATTR_NOSUID, MS_NOSUID],
  [MOUNT_ATTR_NODEV, MS_NODEV],
  [MOUNT_ATTR_NOEXEC, MS_NOEXEC],
  [MOUNT_ATTR_NODIRATIME, MS_NODIRATIME],
  [MOUNT_ATTR_NOSYMFOLLOW, MS_NOSYMFOLLOW],
] as const;

/** The same wishes in the flags of the older call. */
function toMountFlags(attributes: number): number {
  const atime = attributes & MOUNT_ATTR__ATIME;
  const atimeFlag = atime === MOUNT_ATTR_NOATIME ? MS_NOATIME : atime === MOUNT_ATTR_STRICTATIME ? MS_STRICTATIME : 0;
  return TO_MOUNT_FLAG.reduce((flags, [from, to]) => (attributes & from ? flags | to : flags), atimeFlag);
}
