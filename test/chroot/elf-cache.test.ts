// /etc/ld.so.cache: compared with what ldconfig says, and damaged in several ways.

import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LIBRARY_CACHE, readLibraryCache } from '../../src/chroot/elf-cache.ts';
import { temporaryFolders } from './temporary.ts';

const newFolder = temporaryFolders();

test.skipIf(!existsSync(LIBRARY_CACHE))('the cache of this machine says what ldconfig -p says', () => {
  const { stdout } = spawnSync('ldconfig', ['-p'], {
    encoding: 'utf8',
    env: { PATH: '/sbin:/usr/sbin:/bin:/usr/bin', LC_ALL: 'C' },
  });
  // "	libc.so.6 (libc6,x86-64, OS ABI: Linux 3.2.0) => /lib/x86_64-linux-gnu/libc.so.6"
  const lines = [...stdout.matchAll(/^\t(\S+) \(([^)]*)\) => (\S+)$/gm)].filter(
    ([, , kind]) => !kind?.includes('hwcap'),
  );
  const said = new Map<string, string[]>();
  for (const [, name = '', , path = ''] of lines) said.set(name, [...(said.get(name) ?? []), path]);
  expect(said.size).toBeGreaterThan(10);
  expect(Object.fromEntries(readLibraryCache())).toEqual(Object.fromEntries(said));
});

interface CacheEntry {
  name: string;
  path: string;
  hwcap?: bigint;
}

function makeCache(entries: readonly CacheEntry[]): Buffer {
  const stringsAt = 48 + entries.length * 24;
  const header = Buffer.alloc(stringsAt);
  header.write('glibc-ld.so.cache1.1');
  header.writeUInt32LE(entries.length, 20);
  let strings = '';
  const add = (text: string) => {
    strings += `${text}\0`;
    return stringsAt + strings.length - text.length - 1;
  };
  for (const [index, { name, path, hwcap = 0n }] of entries.entries()) {
    const at = 48 + index * 24;
    header.writeUInt32LE(add(name), at + 4);
    header.writeUInt32LE(add(path), at + 8);
    header.writeBigUInt64LE(hwcap, at + 16);
  }
  return Buffer.concat([header, Buffer.from(strings)]);
}

function read(bytes: Uint8Array): Record<string, string[]> {
  const path = join(newFolder(), 'ld.so.cache');
  writeFileSync(path, bytes);
  return Object.fromEntries(readLibraryCache(path));
}

const cache = makeCache([
  { name: 'liba.so', path: '/fast/liba.so', hwcap: 1n << 62n },
  { name: 'liba.so', path: '/lib64/liba.so' },
  { name: 'liba.so', path: '/lib32/liba.so' },
]);

test('a name has a path for each architecture, and none that wants a newer processor', () => {
  expect(read(cache)).toEqual({ 'liba.so': ['/lib64/liba.so', '/lib32/liba.so'] });
});

test('a cache with the old format in front is read as well', () => {
  expect(read(Buffer.concat([Buffer.from('ld.so-1.7.0\0'.padEnd(64, '\0')), cache]))).toEqual(read(cache));
});

test('no cache is an empty one', () => {
  expect(readLibraryCache('/no/such/cache').size).toBe(0);
});

test('a cache that was cut, or counts more than it holds, is read as far as it goes', () => {
  for (let length = 0; length < cache.length; length++) expect(() => read(cache.subarray(0, length))).not.toThrow();
  const boasting = Buffer.from(cache);
  boasting.writeUInt32LE(0xffffffff, 20);
  expect(read(boasting)['liba.so']).toContain('/lib64/liba.so');
});
