// Extended attributes: small named values that a file carries beside its content (man 7 xattr).
//
// The part before the first dot says who may write one: user.* the file's owner, trusted.* the host's root alone,
// security.* the kernel's security modules. The f… calls take a descriptor, which may not be O_PATH; the l… calls take
// a path and do not follow a link at its end: with `${pathOf(folderFd)}/name` that is a name in an open folder.

import { quote } from './decode.ts';
import { attempt, bind, call } from './door.ts';
import { ERRNO } from './errno.ts';
import { SyscallError } from './errors.ts';

const native = {
  lgetxattr: bind('long lgetxattr(const char *path, const char *name, void *value, size_t size)'),
  fgetxattr: bind('long fgetxattr(int fd, const char *name, void *value, size_t size)'),
  lsetxattr: bind('int lsetxattr(const char *path, const char *name, const void *value, size_t size, int flags)'),
  fsetxattr: bind('int fsetxattr(int fd, const char *name, const void *value, size_t size, int flags)'),
  lremovexattr: bind('int lremovexattr(const char *path, const char *name)'),
  fremovexattr: bind('int fremovexattr(int fd, const char *name)'),
  llistxattr: bind('long llistxattr(const char *path, void *list, size_t size)'),
  flistxattr: bind('long flistxattr(int fd, void *list, size_t size)'),
};

/** XATTR_SIZE_MAX and XATTR_LIST_MAX: bytes of the longest value, and of the longest list of names. */
const LONGEST = 65_536;

/** @returns undefined where there is no such attribute, or where the file system has none of this kind. */
export function lgetxattr(path: string, name: string): Buffer | undefined {
  const run = (value: Buffer) => native.lgetxattr(path, name, value, value.length);
  return readValue('lgetxattr', `${quote(path)}, ${quote(name)}`, run);
}

/** @returns undefined where there is no such attribute, or where the file system has none of this kind. */
export function fgetxattr(fd: number, name: string): Buffer | undefined {
  const run = (value: Buffer) => native.fgetxattr(fd, name, value, value.length);
  return readValue('fgetxattr', `${fd}, ${quote(name)}`, run);
}

/** Makes the attribute, or gives it another value. EPERM for a kind that this user or this file may not have. */
export function lsetxattr(path: string, name: string, value: string | Uint8Array): void {
  const bytes = Buffer.from(value as string);
  const show = () => `${quote(path)}, ${quote(name)}, ${showValue(bytes)}, ${bytes.length}, 0`;
  call('lsetxattr', show, () => native.lsetxattr(path, name, bytes, bytes.length, 0));
}

/** Makes the attribute, or gives it another value. EPERM for a kind that this user or this file may not have. */
export function fsetxattr(fd: number, name: string, value: string | Uint8Array): void {
  const bytes = Buffer.from(value as string);
  const show = () => `${fd}, ${quote(name)}, ${showValue(bytes)}, ${bytes.length}, 0`;
  call('fsetxattr', show, () => native.fsetxattr(fd, name, bytes, bytes.length, 0));
}

/** ENODATA when there is none. */
export function lremovexattr(path: string, name: string): void {
  const show = () => `${quote(path)}, ${quote(name)}`;
  call('lremovexattr', show, () => native.lremovexattr(path, name));
}

/** ENODATA when there is none. */
export function fremovexattr(fd: number, name: string): void {
  const show = () => `${fd}, ${quote(name)}`;
  call('fremovexattr', show, () => native.fremovexattr(fd, name));
}

/** The names of all attributes that this user may see. */
export function llistxattr(path: string): string[] {
  return readNames('llistxattr', quote(path), (list) => native.llistxattr(path, list, list.length));
}

/** The names of all attributes that this user may see. */
export function flistxattr(fd: number): string[] {
  return readNames('flistxattr', `${fd}`, (list) => native.flistxattr(fd, list, list.length));
}

/** Most values are short; one that is not gives ERANGE and is read again with all the room there can be. */
function readValue(name: string, args: string, run: (value: Buffer) => unknown): Buffer | undefined {
  for (const size of [256, LONGEST]) {
    const value = Buffer.alloc(size);
    const show = () => `${args}, …, ${size}`;
    const length = attempt(name, show, () => run(value));
    if (length >= 0) return value.subarray(0, length);
    if (length === -ERRNO.ENODATA || length === -ERRNO.EOPNOTSUPP) return undefined;
    if (length !== -ERRNO.ERANGE) throw new SyscallError(name, show(), -length);
  }
  throw new Error(`${name}(${args}): the value grew while it was read`);
}

/** The kernel writes the names one after the other, each with a zero byte at its end. */
function readNames(name: string, args: string, run: (list: Buffer) => unknown): string[] {
  const list = Buffer.alloc(LONGEST);
  const show = () => `${args}, …, ${LONGEST}`;
  const length = attempt(name, show, () => run(list));
  if (length === -ERRNO.EOPNOTSUPP) return [];
  if (length < 0) throw new SyscallError(name, show(), -length);
  return list.toString('utf8', 0, length).split('\0').slice(0, -1);
}

function showValue(value: Buffer): string {
  return quote(value.length > 64 ? `${value.toString('latin1', 0, 64)}…` : value.toString('latin1'));
}
