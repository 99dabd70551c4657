// Files: open, read, write, and the *at calls that work relative to an open folder.

import {
  AT_FDCWD,
  AT_FLAGS,
  O_CLOEXEC,
  O_CREAT,
  O_WRONLY,
  RENAME_FLAGS,
  RESOLVE_FLAGS,
  S_IFBLK,
  S_IFCHR,
  S_IFMT,
} from './constants.ts';
import {
  hex,
  octal,
  quote,
  quoteBytes,
  showDirfd,
  showFd,
  showFlags,
  showMode,
  showOpenFlags,
  showStruct,
} from './decode.ts';
import { attempt, bind, bindNumber, call, outcome } from './door.ts';
import { ERRNO } from './errno.ts';
import { SyscallError } from './errors.ts';

export { close_range, dup3, fcntl, flock, memfd_create, pipe2 } from './descriptors.ts';
export { type FileSystem, fstat, fstatat, fstatfs, type Stat, statfs, tryFstatat } from './stat.ts';

const native = {
  openat: bind('int openat(int dirfd, const char *path, int flags, unsigned int mode)'),
  openat2: bindNumber('openat2', 'int dirfd, const char *path, const void *how, size_t size'),
  close: bind('int close(int fd)'),
  read: bind('long read(int fd, void *buffer, size_t count)'),
  write: bind('long write(int fd, const void *buffer, size_t count)'),
  mkdirat: bind('int mkdirat(int dirfd, const char *path, unsigned int mode)'),
  unlinkat: bind('int unlinkat(int dirfd, const char *path, int flags)'),
  symlinkat: bind('int symlinkat(const char *target, int dirfd, const char *path)'),
  mknodat: bind('int mknodat(int dirfd, const char *path, unsigned int mode, uint64_t device)'),
  linkat: bind('int linkat(int fromDirfd, const char *from, int toDirfd, const char *to, int flags)'),
  renameat2: bind('int renameat2(int fromDirfd, const char *from, int toDirfd, const char *to, unsigned int flags)'),
  readlinkat: bind('long readlinkat(int dirfd, const char *path, void *buffer, size_t size)'),
  fchmod: bind('int fchmod(int fd, unsigned int mode)'),
  fchmodat: bind('int fchmodat(int dirfd, const char *path, unsigned int mode, int flags)'),
  fchown: bind('int fchown(int fd, unsigned int uid, unsigned int gid)'),
  fchownat: bind('int fchownat(int dirfd, const char *path, unsigned int uid, unsigned int gid, int flags)'),
  utimensat: bind('int utimensat(int dirfd, const char *path, const void *times, int flags)'),
  getcwd: bindNumber('getcwd', 'void *buffer, size_t size'),
  umask: bind('unsigned int umask(unsigned int mask)'),
  fsync: bind('int fsync(int fd)'),
  ftruncate: bind('int ftruncate(int fd, int64_t length)'),
};

/** man 2 openat, relative to the current folder. @returns a descriptor. */
export function open(path: string, flags: number, mode = 0): number {
  return openat(AT_FDCWD, path, flags, mode);
}

/** `mode` is the permission of a file that is made, which the umask reduces. */
export function openat(dirfd: number, path: string, flags: number, mode = 0): number {
  const made = flags & O_CREAT ? `, ${octal(mode)}` : '';
  const show = () => `${showDirfd(dirfd)}, ${quote(path)}, ${showOpenFlags(flags)}${made}`;
  return call('openat', show, () => native.openat(dirfd, path, flags, mode));
}

/** `resolve` says how the path may be walked (RESOLVE_IN_ROOT …). A walk disturbed by a rename is tried again. */
export function openat2(
  dirfd: number,
  path: string,
  { flags, mode = 0, resolve = 0 }: { flags: number; mode?: number; resolve?: number },
): number {
  const how = Buffer.alloc(24); // struct open_how: three u64
  how.writeBigUInt64LE(BigInt(flags), 0);
  how.writeBigUInt64LE(BigInt(mode), 8);
  how.writeBigUInt64LE(BigInt(resolve), 16);
  const show = () => {
    const made = flags & O_CREAT ? { mode: octal(mode) } : {};
    const shown = { flags: showOpenFlags(flags), ...made, resolve: showFlags(RESOLVE_FLAGS, resolve) };
    return `${showDirfd(dirfd)}, ${quote(path)}, ${showStruct(shown)}, ${how.length}`;
  };
  for (;;) {
    const result = attempt('openat2', show, () => native.openat2(dirfd, path, how, how.length));
    if (result >= 0) return result;
    if (result !== -ERRNO.EAGAIN && result !== -ERRNO.EINTR) throw new SyscallError('openat2', show(), -result);
  }
}

export function close(fd: number): void {
  call(
    'close',
    () => `${fd}`,
    () => native.close(fd),
  );
}

/** @returns how many bytes came; 0 at the end. */
export function read(fd: number, buffer: Uint8Array): number {
  const show = (count: number) => `${fd}, ${count < 0 ? '…' : quoteBytes(buffer.subarray(0, count))}, ${buffer.length}`;
  return call('read', show, () => native.read(fd, buffer, buffer.length));
}

/**
 * @param path the file's, for whoever reads of this write.
 * @returns how many bytes were taken, which may be fewer than there are.
 */
export function write(fd: number, buffer: Uint8Array, path?: string): number {
  const show = () => `${fd}${path ? `<${path}>` : ''}, ${quoteBytes(buffer)}, ${buffer.length}`;
  return call('write', show, () => native.write(fd, buffer, buffer.length), path);
}

/** read(2) whose failure is an answer: -EAGAIN of a non-blocking descriptor, for loops. Not traced: it moves data. */
export function tryRead(fd: number, buffer: Uint8Array): number {
  return outcome(native.read(fd, buffer, buffer.length));
}

/** write(2) whose failure is an answer: -EAGAIN or -EPIPE. Not traced: it moves data. */
export function tryWrite(fd: number, buffer: Uint8Array): number {
  return outcome(native.write(fd, buffer, buffer.length));
}

/** The whole of a file of the kernel or of a small text file. */
export function readText(path: string): string {
  const fd = open(path, O_CLOEXEC);
  try {
    return readAll(fd);
  } finally {
    close(fd);
  }
}

/** What is left to read of an open file, as text. */
export function readAll(fd: number): string {
  const chunks: Buffer[] = [];
  for (;;) {
    const chunk = Buffer.allocUnsafe(16384);
    const count = read(fd, chunk);
    if (count === 0) return Buffer.concat(chunks).toString();
    chunks.push(chunk.subarray(0, count));
  }
}

/** Writes `text` to an existing file with one write, as the kernel's files want it. */
export function writeText(path: string, text: string): void {
  const fd = open(path, O_WRONLY | O_CLOEXEC);
  try {
    write(fd, Buffer.from(text), path);
  } finally {
    close(fd);
  }
}

export function mkdir(path: string, mode: number): void {
  mkdirat(AT_FDCWD, path, mode);
}

export function mkdirat(dirfd: number, path: string, mode: number): void {
  const show = () => `${showDirfd(dirfd)}, ${quote(path)}, ${octal(mode)}`;
  call('mkdirat', show, () => native.mkdirat(dirfd, path, mode));
}

/** With AT_REMOVEDIR an empty folder, without it anything else. */
export function unlinkat(dirfd: number, path: string, flags = 0): void {
  const show = () => `${showDirfd(dirfd)}, ${quote(path)}, ${showFlags(AT_FLAGS, flags)}`;
  call('unlinkat', show, () => native.unlinkat(dirfd, path, flags));
}

export function symlinkat(target: string, dirfd: number, path: string): void {
  const show = () => `${quote(target)}, ${showDirfd(dirfd)}, ${quote(path)}`;
  call('symlinkat', show, () => native.symlinkat(target, dirfd, path));
}

/** man 2 mknod: a device node, a FIFO, a socket or an empty file. */
export function mknod(path: string, mode: number, major = 0, minor = 0): void {
  makeNode('mknod', AT_FDCWD, path, mode, major, minor);
}

/** `mode` is the kind (S_IFCHR …) and the permission, which the umask reduces. */
export function mknodat(dirfd: number, path: string, mode: number, major = 0, minor = 0): void {
  makeNode('mknodat', dirfd, path, mode, major, minor);
}

function makeNode(name: string, dirfd: number, path: string, mode: number, major: number, minor: number): void {
  const isDevice = (mode & S_IFMT) === S_IFCHR || (mode & S_IFMT) === S_IFBLK;
  const device = isDevice ? `, makedev(${hex(major)}, ${hex(minor)})` : '';
  const show = () => `${showDirfd(dirfd)}, ${quote(path)}, ${showMode(mode)}${device}`;
  call(name, show, () => native.mknodat(dirfd, path, mode, makedev(major, minor)));
}

/** A device number as libc packs it: minor's low byte, 12 bits of major, the rest of minor (man 3 makedev). */
function makedev(major: number, minor: number): bigint {
  const [high, low] = [BigInt(major), BigInt(minor)];
  return (low & 0xffn) | ((high & 0xfffn) << 8n) | ((low & ~0xffn) << 12n) | ((high & ~0xfffn) << 32n);
}

export function linkat(fromDirfd: number, from: string, toDirfd: number, to: string, flags = 0): void {
  const show = () =>
    `${showDirfd(fromDirfd)}, ${quote(from)}, ${showDirfd(toDirfd)}, ${quote(to)}, ${showFlags(AT_FLAGS, flags)}`;
  call('linkat', show, () => native.linkat(fromDirfd, from, toDirfd, to, flags));
}

export function renameat2(fromDirfd: number, from: string, toDirfd: number, to: string, flags = 0): void {
  const show = () =>
    `${showDirfd(fromDirfd)}, ${quote(from)}, ${showDirfd(toDirfd)}, ${quote(to)}, ${showFlags(RENAME_FLAGS, flags)}`;
  call('renameat2', show, () => native.renameat2(fromDirfd, from, toDirfd, to, flags));
}

/** Where a link points. With an empty path the link that `dirfd` itself is open on (O_PATH|O_NOFOLLOW). */
export function readlinkat(dirfd: number, path: string): string {
  const buffer = Buffer.alloc(4096);
  const show = (length: number) =>
    `${showDirfd(dirfd)}, ${quote(path)}, ${length < 0 ? '…' : quote(text(length))}, ${buffer.length}`;
  const text = (length: number) => buffer.toString('utf8', 0, length);
  const length = call('readlinkat', show, () => native.readlinkat(dirfd, path, buffer, buffer.length));
  return text(length);
}

export function fchmod(fd: number, mode: number): void {
  call(
    'fchmod',
    () => `${showFd(fd)}, ${octal(mode)}`,
    () => native.fchmod(fd, mode),
  );
}

export function fchmodat(dirfd: number, path: string, mode: number): void {
  const show = () => `${showDirfd(dirfd)}, ${quote(path)}, ${octal(mode)}`;
  call('fchmodat', show, () => native.fchmodat(dirfd, path, mode, 0));
}

/** An id of -1 is left as it is. */
export function fchown(fd: number, uid: number, gid: number): void {
  call(
    'fchown',
    () => `${showFd(fd)}, ${uid}, ${gid}`,
    () => native.fchown(fd, uid >>> 0, gid >>> 0),
  );
}

export function fchownat(dirfd: number, path: string, uid: number, gid: number, flags = 0): void {
  const show = () => `${showDirfd(dirfd)}, ${quote(path)}, ${uid}, ${gid}, ${showFlags(AT_FLAGS, flags)}`;
  call('fchownat', show, () => native.fchownat(dirfd, path, uid >>> 0, gid >>> 0, flags));
}

const UTIME_OMIT = 0x3ffffffen;

/** man 2 utimensat: sets when the content was last changed, in nanoseconds. The time of last access stays. */
export function utimensat(dirfd: number, path: string, mtimeNs: bigint, flags = 0): void {
  const times = Buffer.alloc(32); // two struct timespec of seconds and nanoseconds: last access, last change
  const nanoseconds = ((mtimeNs % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n; // also before 1970
  const seconds = (mtimeNs - nanoseconds) / 1_000_000_000n;
  times.writeBigInt64LE(UTIME_OMIT, 8);
  times.writeBigInt64LE(seconds, 16);
  times.writeBigInt64LE(nanoseconds, 24);
  const shown = { tv_sec: seconds, tv_nsec: nanoseconds };
  const show = () =>
    `${showDirfd(dirfd)}, ${quote(path)}, [UTIME_OMIT, ${showStruct(shown)}], ${showFlags(AT_FLAGS, flags)}`;
  call('utimensat', show, () => native.utimensat(dirfd, path, times, flags));
}

/** The kernel's own answer, which starts with `(unreachable)` when the folder is outside of the root. */
export function getcwd(): string {
  const buffer = Buffer.alloc(4096);
  const text = (length: number) => buffer.toString('utf8', 0, length - 1);
  const show = (length: number) => `${length < 0 ? '…' : quote(text(length))}, ${buffer.length}`;
  return text(call('getcwd', show, () => native.getcwd(buffer, buffer.length)));
}

/** @returns the mask that was. */
export function umask(mask: number): number {
  return call(
    'umask',
    () => octal(mask),
    () => native.umask(mask),
  );
}

export function fsync(fd: number): void {
  call(
    'fsync',
    () => `${fd}`,
    () => native.fsync(fd),
  );
}

/** Makes the file so many bytes long: what is added is a hole. */
export function ftruncate(fd: number, length: number): void {
  call(
    'ftruncate',
    () => `${fd}, ${length}`,
    () => native.ftruncate(fd, length),
  );
}
