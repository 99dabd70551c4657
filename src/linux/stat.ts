// What a file is (man 2 statx), and what file system it lies on (man 2 statfs).

import { AT_EMPTY_PATH, AT_FLAGS, FILE_SYSTEMS, S_IFMT } from './constants.ts';
import { quote, showConstant, showDirfd, showFd, showFlags, showMode, showStruct } from './decode.ts';
import { attempt, bind, call } from './door.ts';
import { ERRNO } from './errno.ts';
import { SyscallError } from './errors.ts';

const native = {
  statx: bind('int statx(int dirfd, const char *path, int flags, unsigned int mask, void *result)'),
  statfs: bind('int statfs(const char *path, void *result)'),
  fstatfs: bind('int fstatfs(int fd, void *result)'),
};

/** What statx(2) tells; `mode` holds the kind and the permission, times are in nanoseconds. */
export interface Stat {
  mode: number;
  type: number;
  nlink: number;
  uid: number;
  gid: number;
  ino: bigint;
  size: number;
  mtimeNs: bigint;
  rdevMajor: number;
  rdevMinor: number;
  devMajor: number;
  devMinor: number;
  mountId: bigint;
}

const STATX_ALL = 0x1fff; // basic stats, birth time and mount id

export function fstat(fd: number): Stat {
  return fstatat(fd, '', AT_EMPTY_PATH);
}

export function fstatat(dirfd: number, path: string, flags = 0): Stat {
  const buffer = Buffer.alloc(256);
  const show = (result: number) => showStatx(dirfd, path, flags, buffer, result);
  call('statx', show, () => native.statx(dirfd, path, flags, STATX_ALL, buffer));
  return decodeStat(buffer);
}

/** As fstatat(), with undefined for a name that does not exist: for searching, where that is the usual answer. */
export function tryFstatat(dirfd: number, path: string, flags = 0): Stat | undefined {
  const buffer = Buffer.alloc(256);
  const show = (result: number) => showStatx(dirfd, path, flags, buffer, result);
  const result = attempt('statx', show, () => native.statx(dirfd, path, flags, STATX_ALL, buffer));
  if (result === -ERRNO.ENOENT) return undefined;
  if (result < 0) throw new SyscallError('statx', show(result), -result);
  return decodeStat(buffer);
}

function showStatx(dirfd: number, path: string, flags: number, buffer: Buffer, result: number): string {
  const at = `AT_STATX_SYNC_AS_STAT${flags === 0 ? '' : `|${showFlags(AT_FLAGS, flags)}`}`;
  return `${showDirfd(dirfd)}, ${quote(path)}, ${at}, STATX_ALL|STATX_MNT_ID, ${result < 0 ? '…' : showStat(buffer)}`;
}

function showStat(buffer: Buffer): string {
  const { mode, size, uid, gid } = decodeStat(buffer);
  return showStruct({ stx_uid: uid, stx_gid: gid, stx_mode: showMode(mode), stx_size: size });
}

/** struct statx (man 2 statx), whose layout is the same everywhere. */
function decodeStat(buffer: Buffer): Stat {
  const mode = buffer.readUInt16LE(28);
  return {
    mode,
    type: mode & S_IFMT,
    nlink: buffer.readUInt32LE(16),
    uid: buffer.readUInt32LE(20),
    gid: buffer.readUInt32LE(24),
    ino: buffer.readBigUInt64LE(32),
    size: Number(buffer.readBigUInt64LE(40)),
    mtimeNs: buffer.readBigInt64LE(112) * 1_000_000_000n + BigInt(buffer.readUInt32LE(120)),
    rdevMajor: buffer.readUInt32LE(128),
    rdevMinor: buffer.readUInt32LE(132),
    devMajor: buffer.readUInt32LE(136),
    devMinor: buffer.readUInt32LE(140),
    mountId: buffer.readBigUInt64LE(144),
  };
}

/** `type` is one of FILE_SYSTEMS in constants.ts; `blockSize` in bytes, the free ones those for ordinary users. */
export interface FileSystem {
  type: number;
  blockSize: number;
  blocks: number;
  blocksFree: number;
  /** Of the mount by which it was found. */
  isReadonly: boolean;
}

export function statfs(path: string): FileSystem {
  const buffer = Buffer.alloc(120);
  const show = (result: number) => `${quote(path)}, ${showStatfs(result, buffer)}`;
  call('statfs', show, () => native.statfs(path, buffer));
  return decodeStatfs(buffer);
}

export function fstatfs(fd: number): FileSystem {
  const buffer = Buffer.alloc(120);
  const show = (result: number) => `${showFd(fd)}, ${showStatfs(result, buffer)}`;
  call('fstatfs', show, () => native.fstatfs(fd, buffer));
  return decodeStatfs(buffer);
}

function showStatfs(result: number, buffer: Buffer): string {
  if (result < 0) return '…';
  const { type, blockSize, blocks } = decodeStatfs(buffer);
  const known = showConstant(FILE_SYSTEMS, type);
  return showStruct({
    f_type: known === String(type) ? `0x${type.toString(16)}` : known,
    f_bsize: blockSize,
    f_blocks: blocks,
  });
}

const ST_RDONLY = 1n;

/** struct statfs of a 64-bit machine: eight-byte fields. */
function decodeStatfs(buffer: Buffer): FileSystem {
  return {
    type: Number(buffer.readBigInt64LE(0)),
    blockSize: Number(buffer.readBigInt64LE(8)),
    blocks: Number(buffer.readBigUInt64LE(16)),
    blocksFree: Number(buffer.readBigUInt64LE(32)),
    isReadonly: (buffer.readBigInt64LE(80) & ST_RDONLY) !== 0n,
  };
}
