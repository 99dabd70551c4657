// Reads /etc/ld.so.cache, the index that ldconfig made of the libraries in the folders of /etc/ld.so.conf.
// The loader looks there, never at ld.so.conf itself.
//
//     readLibraryCache().get('libc.so.6')   ['/lib/x86_64-linux-gnu/libc.so.6', '/lib32/libc.so.6']
//
// The format (glibc, sysdeps/generic/dl-cache.h), all numbers little-endian:
//
//     header   48 bytes: "glibc-ld.so.cache1.1", u32 number of entries, …
//     entries  24 bytes each: i32 flags, u32 name, u32 path, u32 osversion, u64 hwcap
//     strings  name and path are offsets from the header's start

import { readFileSync } from 'node:fs';

export const LIBRARY_CACHE = '/etc/ld.so.cache';

const MAGIC = 'glibc-ld.so.cache1.1';
const HEADER = 48;
const ENTRY = 24;

/** Name of a library → its paths (one for each architecture). Empty when the machine has no cache, as with musl. */
export function readLibraryCache(path = LIBRARY_CACHE): Map<string, string[]> {
  const file = readOrNothing(path);
  const start = file.indexOf(MAGIC); // an older format may come first, for the loaders of 2000
  const paths = new Map<string, string[]>();
  if (start < 0 || start + HEADER > file.length) return paths;
  const cache = file.subarray(start);
  const room = Math.floor((cache.length - HEADER) / ENTRY);
  const count = Math.min(cache.readUInt32LE(MAGIC.length), room);
  for (let at = HEADER; at < HEADER + count * ENTRY; at += ENTRY) {
    // A hwcap marks a build for newer processors only; the plain one is beside it, and runs everywhere.
    if (cache.readBigUInt64LE(at + 16) !== 0n) continue;
    const name = stringAt(cache, cache.readUInt32LE(at + 4));
    paths.set(name, [...(paths.get(name) ?? []), stringAt(cache, cache.readUInt32LE(at + 8))]);
  }
  return paths;
}

function stringAt(cache: Buffer, offset: number): string {
  const end = cache.indexOf(0, offset);
  return end < 0 ? '' : cache.toString('utf8', offset, end);
}

function readOrNothing(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
}
