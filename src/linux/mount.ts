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
import { quote, showDirfd, showFd, showFlags, showStruct } from './decode.ts';
import { bind, bindNumber, call } from './door.ts';

const native = {
  mount: bind(
    'int mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data)',
  ),
  umount2: bind('int umount2(const char *target, int flags)'),
  pivot_root: bindNumber('pivot_root', 'const char *newRoot, const char *putOld'),
  chroot: bind('int chroot(const char *path)'),
  chdir: bind('int chdir(const char *path)'),
  fchdir: bind('int fchdir(int fd)'),
  open_tree: bindNumber('open_tree', 'int dirfd, const char *path, unsigned int flags'),
  move_mount: bindNumber('move_mount', 'int fromFd, const char *from, int toFd, const char *to, unsigned int flags'),
  mount_setattr: bindNumber(
    'mount_setattr',
    'int dirfd, const char *path, unsigned int flags, const void *attr, size_t size',
  ),
  fsopen: bindNumber('fsopen', 'const char *type, unsigned int flags'),
  fsconfig: bindNumber('fsconfig', 'int fd, unsigned int command, const char *key, const char *value, int aux'),
  fsmount: bindNumber('fsmount', 'int fd, unsigned int flags, unsigned int attributes'),
};

/**
 * man 2 mount. `source` and `type` may be null where the flags say all.
 * @param place what an error calls the target: that may be a descriptor, by which nobody knows it.
 */
export function mount(
  source: string | null,
  target: string,
  type: string | null,
  flags: number,
  data = '',
  place = target,
): void {
  const show = () =>
    `${quote(source)}, ${quote(target)}, ${quote(type)}, ${showFlags(MOUNT_FLAGS, flags)}, ${quote(data || null)}`;
  const object = type ? `${type} on ${place}` : undefined;
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
  call('pivot_root', show, () => native.pivot_root(newRoot, putOld));
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
    () => showFd(fd),
    () => native.fchdir(fd),
  );
}

/** man 2 open_tree: a descriptor of a mount, or with OPEN_TREE_CLONE a copy of it that has no place yet. */
export function open_tree(dirfd: number, path: string, flags: number): number {
  const show = () => `${showDirfd(dirfd)}, ${quote(path)}, ${showFlags(OPEN_TREE_FLAGS, flags)}`;
  return call('open_tree', show, () => native.open_tree(dirfd, path, flags));
}

/** man 2 move_mount: gives a mount its place, or another one. */
export function move_mount(fromFd: number, from: string, toFd: number, to: string, flags: number): void {
  const show = () =>
    `${showDirfd(fromFd)}, ${quote(from)}, ${showDirfd(toFd)}, ${quote(to)}, ${showFlags(MOVE_MOUNT_FLAGS, flags)}`;
  call('move_mount', show, () => native.move_mount(fromFd, from, toFd, to, flags));
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
  const show = () => {
    const shown = {
      attr_set: showFlags(MOUNT_ATTRIBUTES, set),
      attr_clr: showFlags(MOUNT_ATTRIBUTES, clear),
      propagation: showFlags(MOUNT_FLAGS, propagation),
      userns_fd: usernsFd,
    };
    return `${showDirfd(dirfd)}, ${quote(path)}, ${showFlags(AT_FLAGS, flags)}, ${showStruct(shown)}, ${struct.length}`;
  };
  call('mount_setattr', show, () => native.mount_setattr(dirfd, path, flags, struct, struct.length));
}

const FSOPEN_CLOEXEC = 1;
const FSMOUNT_CLOEXEC = 1;
const FSCONFIG_COMMANDS = { FSCONFIG_SET_FLAG: 0, FSCONFIG_SET_STRING: 1, FSCONFIG_CMD_CREATE: 6 } as const;

/** man 2 fsopen: begins a new file system of this type. @returns a descriptor for fsconfig and fsmount. */
export function fsopen(type: string): number {
  const show = () => `${quote(type)}, FSOPEN_CLOEXEC`;
  return call('fsopen', show, () => native.fsopen(type, FSOPEN_CLOEXEC), type);
}

/** Sets an option, of at most 255 bytes: `lowerdir` to `/a:/b`. */
export function fsconfig_string(fd: number, key: string, value: string): void {
  fsconfig(fd, 'FSCONFIG_SET_STRING', key, value);
}

/** Sets an option that has no value: `userxattr`. */
export function fsconfig_flag(fd: number, key: string): void {
  fsconfig(fd, 'FSCONFIG_SET_FLAG', key, null);
}

/** Makes the file system from what was configured. */
export function fsconfig_create(fd: number): void {
  fsconfig(fd, 'FSCONFIG_CMD_CREATE', null, null);
}

function fsconfig(fd: number, command: keyof typeof FSCONFIG_COMMANDS, key: string | null, value: string | null): void {
  const show = () => `${fd}, ${command}, ${quote(key)}, ${quote(value)}, 0`;
  call('fsconfig', show, () => native.fsconfig(fd, FSCONFIG_COMMANDS[command], key, value, 0));
}

/** man 2 fsmount: a mount of it that has no place yet. `attributes` are MOUNT_ATTR_ bits. */
export function fsmount(fd: number, attributes = 0): number {
  const show = () => `${fd}, FSMOUNT_CLOEXEC, ${showFlags(MOUNT_ATTRIBUTES, attributes)}`;
  return call('fsmount', show, () => native.fsmount(fd, FSMOUNT_CLOEXEC, attributes));
}
