// errno numbers, their names and what they mean in general (man 3 errno). What one means for one call is in hints.ts.

import { getSystemErrorMap } from 'node:util';

/** Numbers that libuv's own table leaves out or that are asked for by name. The same on x86_64 and arm64. */
export const ERRNO = {
  EPERM: 1,
  ENOENT: 2,
  ESRCH: 3,
  EINTR: 4,
  EIO: 5,
  ENXIO: 6,
  E2BIG: 7,
  ENOEXEC: 8,
  EBADF: 9,
  ECHILD: 10,
  EAGAIN: 11,
  ENOMEM: 12,
  EACCES: 13,
  EFAULT: 14,
  ENOTBLK: 15,
  EBUSY: 16,
  EEXIST: 17,
  EXDEV: 18,
  ENODEV: 19,
  ENOTDIR: 20,
  EISDIR: 21,
  EINVAL: 22,
  ENFILE: 23,
  EMFILE: 24,
  ENOTTY: 25,
  ETXTBSY: 26,
  EFBIG: 27,
  ENOSPC: 28,
  ESPIPE: 29,
  EROFS: 30,
  EMLINK: 31,
  EPIPE: 32,
  EDOM: 33,
  ERANGE: 34,
  EDEADLK: 35,
  ENAMETOOLONG: 36,
  ENOSYS: 38,
  ENOTEMPTY: 39,
  ELOOP: 40,
  ENODATA: 61,
  EOVERFLOW: 75,
  EUSERS: 87,
  EOPNOTSUPP: 95,
  EADDRINUSE: 98,
  ECONNRESET: 104,
  ENOTCONN: 107,
  ETIMEDOUT: 110,
  ECONNREFUSED: 111,
  ESTALE: 116,
  EDQUOT: 122,
  ENOKEY: 126,
  EKEYEXPIRED: 127,
} as const;

export type ErrnoName = keyof typeof ERRNO;

const names = new Map<number, string>(Object.entries(ERRNO).map(([name, number]) => [number, name]));

/** `EPERM` for 1; `errno 999` for a number that has no name here. */
export function errnoName(errno: number): string {
  return names.get(errno) ?? getSystemErrorMap().get(-errno)?.[0] ?? `errno ${errno}`;
}

const OWN_TEXTS: Record<number, string> = {
  8: 'exec format error',
  10: 'no child processes',
  15: 'block device required',
  33: 'numerical argument out of domain',
  35: 'resource deadlock avoided',
  61: 'no data available',
  87: 'too many users',
  116: 'stale file handle',
  122: 'disk quota exceeded',
  126: 'required key not available',
  127: 'key has expired',
};

/** The general meaning, in a few words. */
export function errnoText(errno: number): string {
  return OWN_TEXTS[errno] ?? getSystemErrorMap().get(-errno)?.[1] ?? 'unknown error';
}
