// Mounts: the old call that does everything by its flags, and the new ones that make a mount first and attach it
// afterwards (open_tree, fsopen, mount_setattr, move_mount). A mount that has no place yet cannot be led astray.

import {
  AT_FLAGS,
  MOUNT_ATTRIBUTES,
  MOUNT_FLAGS,
  MOVE_MOUNT_FLAGS,
  OPEN_TREE_FLAGS,
  UMOUNT_FLAGS,
} from './constants.ts';
import { quote, showDirfd, showFlags } from './decode.ts';
import { bind, call } from './door.ts';

const native = {
  mount: bind('int mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data)'),
  umount2: bind('int umount2(const char *target, int flags)'),
  pivot_root: bind('long syscall(long number, const char *newRoot, const char *putOld)'),
  chroot: bind('int chroot(const char *path)'),
  chdir: bind('int chdir(const char *path)'),
  fchdir: bind('int fchdir(int fd)'),
  open_tree: bind('long syscall(long number, int dirfd, const char *path, unsigned int flags)'),
  move_mount: bind('long syscall(long number, int fromFd, const char *from, int toFd, const char *to, unsigned int flags)'),
  mount_setattr: bind('long syscall(long number, int dirfd, const char *path, unsigned int flags, const void *attr, size_t size)'),
  fsopen: bind('long syscall(long number, const char *type, unsigned int flags)'),
  fsconfig: bind('long syscall(long number, int fd, unsigned int command, const char *key, const char *value, int aux)'),
  fsmount: bind('long syscall(long number, int fd, unsigned int flags, unsigned int attributes)'),
};

const NUMBER = {
  pivot_root: process.arch === 'arm64' ? 41 : 155,
  open_tree: 428,
  move_mount: 429,
  fsopen: 430,
  fsconfig: 431,
  fsmount: 432,
  mount_setattr: 442,
};

/** man 2 mount. `source` and `type` may be null where the flags say all. */
export function mount(source: string | null, target: string, type: string | null, flags: number, data = ''): void {
  const show = () =>
    `${quote(source)}, ${quote(target)}, ${quote(type)}, ${showFlags(MOUNT_FLAGS, flags)}, ${quote(data || null)}`;
  const object = type ? `${type} on ${target}` : undefined;
  call('mount', show, () => native.mount(source, target, type, flags, data || null), object);
}

/** man 2 umount. MNT_DETACH takes the mount out of sight at once, and lets it end when nothing uses it. */
export function umount2(target: string, flags = 0): void {
  const show = () => `${quote(target)}, ${showFlags(UMOUNT_FLAGS, flags)}`;
  call('umount2', show, () => native.umount2(target, flags));
}

/** man 2 pivot_root: `newRoot` becomes / for everyone in this mount namespace, the old / is mounted at `putOld`. */
export function pivot_root(newRoot: string, putOld: string): void {
  const show = () => `${quote(newRoot)}, ${quote(putOld)}`;
  call('pivot_root', show, () => native.pivot_root(NUMBER.pivot_root, newRoot, putOld));
}

export function chroot(path: string): void {
  call(
    'chroot',
    () => quote(path),
    () => native.chroot(path),
  );
}

export function chdir(path: string): void {
  call(
    'chdir',
    () => quote(path),
    () => native.chdir(path),
  );
}

export function fchdir(fd: number): void {
  call(
    'fchdir',
    () => `${fd}`,
    () => native.fchdir(fd),
  );
}

/** man 2 open_tree: a descriptor of a mount, or with OPEN_TREE_CLONE a copy of it that has no place yet. */
export function open_tree(dirfd: number, path: string, flags: number): number {
  const show = () => `${showDirfd(dirfd)}, ${quote(path)}, ${showFlags(OPEN_TREE_FLAGS, flags)}`;
  return call('open_tree', show, () => native.open_tree(NUMBER.open_tree, dirfd, path, flags));
}

/** man 2 move_mount: gives a mount its place, or another one. */
export function move_mount(fromFd: number, from: string, toFd: number, to: string, flags: number): void {
  const show = () =>
    `${showDirfd(fromFd)}, ${quote(from)}, ${showDirfd(toFd)}, ${quote(to)}, ${showFlags(MOVE_MOUNT_FLAGS, flags)}`;
  call('move_mount', show, () => native.move_mount(NUMBER.move_mount, fromFd, from, toFd, to, flags));
}

/** What to change on a mount: MOUNT_ATTR_ bits to set and to clear, MS_SHARED and the like as propagation. */
export interface MountAttributes {
  set?: number;
  clear?: number;
  propagation?: number;
  usernsFd?: number;
}

/** man 2 mount_setattr. With AT_RECURSIVE in `flags` the whole tree changes, or nothing of it. */
export function mount_setattr(dirfd: number, path: string, flags: number, attributes: MountAttributes): void {
  const { set = 0, clear = 0, propagation = 0, usernsFd = 0 } = attributes;
  const struct = Buffer.alloc(32); // struct mount_attr: four u64
  for (const [index, value] of [set, clear, propagation, usernsFd].entries()) {
    struct.writeBigUInt64LE(BigInt(value), index * 8);
  }
  const show = () =>
    `${showDirfd(dirfd)}, ${quote(path)}, ${showFlags(AT_FLAGS, flags)}, {set: ${showFlags(MOUNT_ATTRIBUTES, set)}, clear: ${showFlags(MOUNT_ATTRIBUTES, clear)}, propagation: ${showFlags(MOUNT_FLAGS, propagation)}}`;
  call('mount_setattr', show, () => native.mount_setattr(NUMBER.mount_setattr, dirfd, path, flags, struct, 32));
}

const FSOPEN_CLOEXEC = 1;
const FSMOUNT_CLOEXEC = 1;
const FSCONFIG = { SET_FLAG: 0, SET_STRING: 1, CMD_CREATE: 6 };

/** man 2 fsopen: begins a new file system of this type. @returns a descriptor for fsconfig and fsmount. */
export function fsopen(type: string): number {
  const show = () => `${quote(type)}, FSOPEN_CLOEXEC`;
  return call('fsopen', show, () => native.fsopen(NUMBER.fsopen, type, FSOPEN_CLOEXEC), type);
}

export function fsconfig_string(fd: number, key: string, value: string): void {
  const show = () => `${fd}, FSCONFIG_SET_STRING, ${quote(key)}, ${quote(value)}`;
  call('fsconfig', show, () => native.fsconfig(NUMBER.fsconfig, fd, FSCONFIG.SET_STRING, key, value, 0));
}

export function fsconfig_flag(fd: number, key: string): void {
  const show = () => `${fd}, FSCONFIG_SET_FLAG, ${quote(key)}`;
  call('fsconfig', show, () => native.fsconfig(NUMBER.fsconfig, fd, FSCONFIG.SET_FLAG, key, null, 0));
}

/** Makes the file system from what was configured. */
export function fsconfig_create(fd: number): void {
  const show = () => `${fd}, FSCONFIG_CMD_CREATE`;
  call('fsconfig', show, () => native.fsconfig(NUMBER.fsconfig, fd, FSCONFIG.CMD_CREATE, null, null, 0));
}

/** man 2 fsmount: a mount of it that has no place yet. `attributes` are MOUNT_ATTR_ bits. */
export function fsmount(fd: number, attributes = 0): number {
  const show = () => `${fd}, FSMOUNT_CLOEXEC, ${showFlags(MOUNT_ATTRIBUTES, attributes)}`;
  return call('fsmount', show, () => native.fsmount(NUMBER.fsmount, fd, FSMOUNT_CLOEXEC, attributes));
}
