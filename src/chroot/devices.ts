// The device nodes that every program expects in /dev, and the links beside them.
//
// They are made relative to an open /dev that was found inside the root: an image whose /dev is a link to ../outside
// would otherwise have us make nodes on the host (CVE-2026-41579).

import { posix } from 'node:path';
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_REMOVEDIR,
  AT_SYMLINK_NOFOLLOW,
  MOUNT_ATTR_RDONLY,
  MOVE_MOUNT_F_EMPTY_PATH,
  MOVE_MOUNT_T_EMPTY_PATH,
  O_CLOEXEC,
  O_NOFOLLOW,
  O_PATH,
  OPEN_TREE_CLOEXEC,
  OPEN_TREE_CLONE,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
} from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import {
  close,
  fchmodat,
  fchownat,
  fstat,
  fstatat,
  mknodat,
  openat,
  readlinkat,
  type Stat,
  symlinkat,
  tryFstatat,
  unlinkat,
} from '../linux/files.ts';
import { makeFileInRoot, makeFolderInRoot, pathOf, splitPath } from '../linux/in-root.ts';
import { mount_setattr, move_mount, open_tree } from '../linux/mount.ts';
import type { Device, Mount } from '../oci.ts';

const node = (path: string, major: number, minor: number): Device => ({
  type: 'c',
  path,
  major,
  minor,
  fileMode: 0o666,
  uid: 0,
  gid: 0,
});

/** The runtime specification's default devices. */
const DEFAULT_DEVICES: readonly Device[] = [
  node('/dev/null', 1, 3),
  node('/dev/zero', 1, 5),
  node('/dev/full', 1, 7),
  node('/dev/random', 1, 8),
  node('/dev/urandom', 1, 9),
  node('/dev/tty', 5, 0),
];

/**
 * Makes the default devices and those of the specification.
 * @param bind in a user namespace the kernel makes no device nodes: the host's node is bound there then.
 */
export function makeDevices(rootFd: number, devices: readonly Device[], { bind }: { bind: boolean }): void {
  const own = new Set(devices.map(({ path }) => path));
  const usual = DEFAULT_DEVICES.filter(({ path }) => !own.has(path));
  for (const device of [...usual, ...devices]) {
    if (bind && device.type !== 'p') bindDevice(rootFd, device);
    else makeDevice(rootFd, device, usual.includes(device));
  }
}

/** True when /dev is a folder of the host, which has its devices, and which is not ours to change. */
export function isDevBound(mounts: readonly Mount[]): boolean {
  return mounts.some(({ destination, type, options = [] }) => {
    const isBind = type === 'bind' || options.includes('bind') || options.includes('rbind');
    return isBind && posix.normalize(`${destination}/.`) === '/dev';
  });
}

const KINDS = { c: S_IFCHR, u: S_IFCHR, b: S_IFBLK, p: S_IFIFO } as const;

/** @param replaces another file of this name, which many an image has in its /dev, gives way. */
function makeDevice(rootFd: number, device: Device, replaces: boolean): void {
  const { parent, name } = splitPath(device.path);
  const folder = makeFolderInRoot(rootFd, parent);
  try {
    const { type, major = 0, minor = 0, fileMode = 0o666, uid = 0, gid = 0 } = device;
    const mode = fileMode & 0o7777; // engines leave the kind of the file in it
    const isIt = (stat: Stat) => stat.type === KINDS[type] && stat.rdevMajor === major && stat.rdevMinor === minor;
    const existing = tryFstatat(folder, name, AT_SYMLINK_NOFOLLOW);
    if (existing && isIt(existing)) return;
    if (existing && !replaces) throw new Error(`${device.path} is in the root already, and is not that device`);
    if (existing) unlinkat(folder, name, existing.type === S_IFDIR ? AT_REMOVEDIR : 0);
    mknodat(folder, name, KINDS[type] | mode, major, minor);
    // Owner and mode are given to what is open: the name may lead elsewhere by now.
    const made = openat(folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    try {
      if (!isIt(fstat(made))) throw new Error(`${device.path} was exchanged while it was being made`);
      if (uid !== 0 || gid !== 0) fchownat(made, '', uid, gid, AT_EMPTY_PATH);
      fchmodat(AT_FDCWD, pathOf(made), mode); // the umask took bits away
    } finally {
      close(made);
    }
  } finally {
    close(folder);
  }
}

/**
 * Shows the host's own node at the same path. On a read-only mount a device can be written to all the same, but the
 * container's root cannot take it from the host by chmod.
 */
function bindDevice(rootFd: number, { type, path, major, minor }: Device): void {
  const source = open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
  try {
    const found = fstat(source);
    const isIt = found.type === KINDS[type] && found.rdevMajor === major && found.rdevMinor === minor;
    if (!isIt)
      throw new Error(`the host's ${path} is not the device ${major}:${minor}, and a user namespace makes none`);
    mount_setattr(source, '', AT_EMPTY_PATH, { set: MOUNT_ATTR_RDONLY });
    const target = makeFileInRoot(rootFd, path);
    move_mount(source, '', target, '', MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
    close(target);
  } finally {
    close(source);
  }
}

const LINKS = {
  fd: '/proc/self/fd',
  stdin: '/proc/self/fd/0',
  stdout: '/proc/self/fd/1',
  stderr: '/proc/self/fd/2',
  core: '/proc/kcore',
  ptmx: 'pts/ptmx',
};

/** /dev/fd and its kin, and /dev/ptmx, which must be that of the container's own devpts. */
export function linkDevices(rootFd: number): void {
  const dev = makeFolderInRoot(rootFd, '/dev');
  try {
    for (const [name, target] of Object.entries(LINKS)) replaceByLink(dev, name, target);
  } finally {
    close(dev);
  }
}

function replaceByLink(dev: number, name: string, target: string): void {
  try {
    symlinkat(target, dev, name);
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error;
    if (isLinkTo(dev, name, target)) return;
    unlinkat(dev, name, fstatat(dev, name, AT_SYMLINK_NOFOLLOW).type === S_IFDIR ? AT_REMOVEDIR : 0);
    symlinkat(target, dev, name);
  }
}

function isLinkTo(dev: number, name: string, target: string): boolean {
  try {
    return readlinkat(dev, name) === target;
  } catch (error) {
    if (isErrno(error, 'EINVAL')) return false; // no link at all
    throw error;
  }
}
