// Tar archives by themselves: what one program writes, the other reads, be it ours, GNU tar or Python.

import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import type { Entry } from '../../src/tar/entry.ts';
import { encodeEntry } from '../../src/tar/pack.ts';
import { decodeRecords, parseTime } from '../../src/tar/pax.ts';
import { namesOf } from '../../src/tar/place.ts';
import { TarReader } from '../../src/tar/reader.ts';

const plain: Entry = {
  path: 'file',
  type: 'file',
  size: 0,
  mode: 0o644,
  uid: 0,
  gid: 0,
  mtimeNs: 0n,
  linkPath: '',
  major: 0,
  minor: 0,
};

/** Reads all entries from an archive that comes in pieces of `size` bytes. */
function entriesOf(archive: Buffer, size = archive.length): Entry[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < archive.length; at += size) pieces.push(archive.subarray(at, at + size));
  const reader = new TarReader(() => pieces.shift());
  const entries: Entry[] = [];
  for (let entry = reader.next(); entry !== undefined; entry = reader.next()) entries.push(entry);
  return entries;
}

const python = (body: string) => {
  const { status, stdout, stderr } = spawnSync('python3', ['-c', `import io, sys, tarfile\n${body}`]);
  expect({ status, stderr: String(stderr) }).toEqual({ status: 0, stderr: '' });
  return stdout;
};

describe('an entry', () => {
  test.each<[string, Partial<Entry>]>([
    ['plain', {}],
    ['a long name', { path: 'a/'.repeat(200) }],
    ['a name with an end of line', { path: 'line\nend=x' }],
    ['a name that is not ASCII', { path: 'ü'.repeat(60) }],
    ['a name that is cut in the midst of a character', { path: `${'x'.repeat(99)}ü` }],
    ['a symlink with a long target', { type: 'symlink', linkPath: 'l'.repeat(101) }],
    ['a hard link', { type: 'hardlink', linkPath: 'other' }],
    ['a device', { type: 'char', major: 1, minor: 3, mode: 0o4777 }],
    ['a folder', { type: 'folder', path: 'folder/' }],
    ['large ids', { uid: 3_000_000_000, gid: 2_097_152 }],
    ['a time before 1970', { mtimeNs: -5_000_000_000n }],
    ['a time far away', { mtimeNs: 10_000_000_000_000_000_000n }],
  ])('(%s) comes back as it was', (_, change) => {
    const entry = { ...plain, ...change };
    const archive = encodeEntry(entry);
    for (const size of [archive.length, 512, 511, 1]) expect(entriesOf(archive, size)).toEqual([entry]);
  });

  test('of more than 8 GB tells its size, to us and to Python', () => {
    const archive = encodeEntry({ ...plain, size: 9_000_000_000 });
    const chunks = [archive];
    expect(new TarReader(() => chunks.shift()).next()?.size).toBe(9_000_000_000);
    const script = 'import sys, tarfile; print(tarfile.open(fileobj=sys.stdin.buffer, mode="r|").next().size)';
    expect(spawnSync('python3', ['-c', script], { input: archive, encoding: 'utf8' }).stdout).toBe('9000000000\n');
  });
});

describe('other programs', () => {
  test.each(['USTAR', 'GNU', 'PAX'])('write names of 200 characters in the %s format', (format) => {
    const name = `${'folder/'.repeat(20)}${'n'.repeat(60)}`;
    const archive = python(`
t = tarfile.open(fileobj=sys.stdout.buffer, mode='w|', format=tarfile.${format}_FORMAT)
i = tarfile.TarInfo('${name}'); i.size = 3; t.addfile(i, io.BytesIO(b'abc')); t.close()`);
    expect(entriesOf(archive)).toMatchObject([{ path: name, size: 3 }]);
  });

  test('write large and negative numbers in binary, as GNU has them', () => {
    const archive = python(`
t = tarfile.open(fileobj=sys.stdout.buffer, mode='w|', format=tarfile.GNU_FORMAT)
i = tarfile.TarInfo('x'); i.uid = 3000000000; i.mtime = -7; t.addfile(i); t.close()`);
    expect(entriesOf(archive)).toMatchObject([{ uid: 3_000_000_000, mtimeNs: -7_000_000_000n }]);
  });
});

test('a record is as long as it says, whatever is in it', () => {
  const records = decodeRecords(Buffer.from('16 path=a\nb=c\nd\n11 mtime=1\n'));
  expect(Object.entries(records).map(([key, value]) => [key, String(value)])).toEqual([
    ['path', 'a\nb=c\nd'],
    ['mtime', '1'],
  ]);
});

test.each(['99 path=a\n', '0 a=b\n', '6 path\n', 'x', '-3 a=b\n'])('%j is no record', (text) => {
  expect(() => decodeRecords(Buffer.from(text))).toThrow('damaged');
});

test.each([
  ['1', '1000000000'],
  ['1350244992.023960108', '1350244992023960108'],
  ['-1.5', '-1500000000'],
])('%s seconds are %s nanoseconds', (text, ns) => {
  expect(String(parseTime(text))).toBe(ns);
});

test.each([
  ['a/b', ['a', 'b']],
  ['./a//./b/', ['a', 'b']],
  ['/a', ['a']],
  ['a/../b', ['b']],
  ['.', []],
])('%j has the names %j', (path, names) => {
  expect(namesOf(path)).toEqual(names);
});

test.each(['..', '../a', 'a/../../b', '/..'])('%j leads out', (path) => {
  expect(() => namesOf(path)).toThrow('leads out of its folder');
});
