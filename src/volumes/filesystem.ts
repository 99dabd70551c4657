// A new file system mounted inside the root: proc, sysfs, tmpfs, devpts, mqueue …
//
// proc and sysfs must come to lie on real folders. An image whose /proc is a link elsewhere would have the checks of
// later steps look at files of its own making (CVE-2019-19921), so for these two no link is followed.

import {
  AT_SYMLINK_NOFOLLOW,
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
  MS_STRICTATIME,
  S_IFDIR,
} from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { close, fstatat } from '../linux/files.ts';
import { makeFolderInRoot, openInRoot, pathOf } from '../linux/in-root.ts';
import { mount as mountCall } from '../linux/mount.ts';
import type { Mount } from '../oci.ts';
import { copyTree } from './copy.ts';
import type { MountOptions } from './options.ts';

/** Mounts a file system of `mount.type` at `mount.destination`. */
export function mountFileSystem(rootFd: number, mount: Mount, options: MountOptions): void {
  const type = mount.type ?? 'none';
  if (type === 'proc' || type === 'sysfs') refuseLink(rootFd, mount.destination);
  const target = makeFolderInRoot(rootFd, mount.destination);
  try {
    const flags = toMountFlags(options.attributes.set | options.recursiveAttributes.set) | options.superFlags;
    const readonlyLater = options.copyUp ? MS_RDONLY : 0;
    mountCall(mount.source ?? type, pathOf(target), type, flags & ~readonlyLater, options.data.join(','));
    if (options.copyUp) copyIntoTmpfs(rootFd, target, mount.destination);
    if (options.propagation) setPropagation(rootFd, mount.destination, options.propagation);
  } finally {
    close(target);
  }
}

function refuseLink(rootFd: number, destination: string): void {
  try {
    const { type } = fstatat(rootFd, `.${destination}`, AT_SYMLINK_NOFOLLOW);
    if (type !== S_IFDIR) throw new Error(`${destination} in the image is not a folder: it must be mounted on one`);
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
  }
}

/** `target` still is what lies below the new tmpfs; the path now leads to the tmpfs itself. */
function copyIntoTmpfs(rootFd: number, target: number, destination: string): void {
  const top = openInRoot(rootFd, destination);
  try {
    copyTree(target, top);
  } finally {
    close(top);
  }
}

function setPropagation(rootFd: number, destination: string, propagation: { flag: number; recursive: boolean }): void {
  const top = openInRoot(rootFd, destination);
  try {
    mountCall(null, pathOf(top), null, propagation.flag | (propagation.recursive ? MS_REC : 0));
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
