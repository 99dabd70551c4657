// What readElf says of honest files, and what it does with hostile ones: an Error, at once.

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readElf } from '../../src/chroot/elf.ts';
import { HERE, makeElf, writeElf } from './make-elf.ts';
import { temporaryFolders } from './temporary.ts';

const newFolder = temporaryFolders();

const scratch = join(newFolder(), 'file');

/** @returns the path of a file with these bytes, until the next one is written. */
function written(bytes: Uint8Array): string {
  writeFileSync(scratch, bytes);
  return scratch;
}

describe('an honest ELF file', () => {
  const parts = {
    interpreter: '/lib/ld.so',
    needed: ['liba.so', 'libb.so'],
    rpath: '/r:/s',
    runpath: '$ORIGIN/../lib',
  };

  test.each([32, 64] as const)('of %i bits tells its loader, libraries and folders', (bits) => {
    const path = writeElf(join(newFolder(), 'file'), { ...parts, bits });
    expect(readElf(path)).toEqual({
      path,
      bits,
      machine: HERE,
      interpreter: '/lib/ld.so',
      needed: ['liba.so', 'libb.so'],
      rpath: ['/r', '/s'],
      runpath: ['$ORIGIN/../lib'],
    });
  });

  test('may need nothing', () => {
    expect(readElf(written(makeElf({})))).toMatchObject({ needed: [], rpath: [], runpath: [] });
    expect(readElf(written(makeElf({})))).not.toHaveProperty('interpreter');
  });

  test('is read in a few small pieces, however large it is', () => {
    const before = process.resourceUsage().maxRSS;
    readElf(process.execPath); // node: more than 100 MB
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(20_000); // KiB
  });
});

describe('what is no ELF file', () => {
  test('is named', () => {
    const path = written(Buffer.from('#!/bin/sh\necho hello, and enough bytes for a header of an ELF file\n'));
    expect(() => readElf(path)).toThrow(`${path}: not an ELF file`);
  });

  test('may be empty', () => {
    expect(() => readElf(written(Buffer.alloc(0)))).toThrow('not an ELF file: too short');
  });

  test('may be a folder', () => {
    expect(() => readElf('/usr')).toThrow('/usr: not an ELF file: not even a regular file');
  });

  test('may be a FIFO, which nobody writes to', () => {
    const path = join(newFolder(), 'fifo');
    execFileSync('mkfifo', [path]);
    expect(() => readElf(path)).toThrow('not even a regular file');
  });
});

describe('a hostile ELF file', () => {
  const honest = makeElf({ interpreter: '/lib/ld.so', needed: ['liba.so'] });
  const PHOFF = 32;
  const PHENTSIZE = 54;
  const PHNUM = 56;
  const LOAD = 64; // the program headers, and in each: offset at 8, address at 16, size at 32
  const DYNAMIC = LOAD + 56;
  const INTERP = DYNAMIC + 56;
  const PAIRS = INTERP + 56;
  const HUGE = 0xffff_ffff_ffff_ffffn;

  const change = (edit: (file: Buffer) => void, bytes = honest) => {
    const file = Buffer.from(bytes);
    edit(file);
    return written(file);
  };

  test.each<[string, string, (file: Buffer) => void]>([
    ['an unknown class', 'unknown ELF class 9', (file) => file.writeUInt8(9, 4)],
    ['the other byte order', 'not little-endian', (file) => file.writeUInt8(2, 5)],
    ['program headers behind its end', 'truncated ELF file', (file) => file.writeBigUInt64LE(HUGE, PHOFF)],
    ['program headers of another size', 'of an unknown size', (file) => file.writeUInt16LE(65535, PHENTSIZE)],
    ['65535 program headers', 'too many program headers', (file) => file.writeUInt16LE(65535, PHNUM)],
    ['more program headers than it has room for', 'truncated ELF file', (file) => file.writeUInt16LE(1000, PHNUM)],
    ['a segment larger than itself', 'truncated ELF file', (file) => file.writeBigUInt64LE(HUGE, LOAD + 32)],
    ['a dynamic section without end', 'dynamic section too long', (file) => file.writeBigUInt64LE(HUGE, DYNAMIC + 32)],
    ['a dynamic section elsewhere', 'truncated ELF file', (file) => file.writeBigUInt64LE(HUGE, DYNAMIC + 8)],
    ['a loader behind its end', 'truncated ELF file', (file) => file.writeBigUInt64LE(HUGE, INTERP + 8)],
    [
      'a loader that begins at its end',
      'without an end',
      (file) => file.writeBigUInt64LE(BigInt(file.length), INTERP + 8),
    ],
    ['a name behind its end', 'truncated ELF file', (file) => file.writeBigUInt64LE(HUGE, PAIRS + 8)],
    ['no string table', 'without a string table', (file) => file.writeBigUInt64LE(6n, PAIRS + 16)],
    ['a string table in no segment', 'string table outside', (file) => file.writeBigUInt64LE(7n, PAIRS + 24)],
    ['a last string without its zero byte', 'without an end', (file) => file.fill(0x61, PAIRS + 48)],
  ])('with %s is refused', (_, message, edit) => {
    const path = change(edit);
    expect(() => readElf(path)).toThrow(message);
    expect(() => readElf(path)).toThrow(path);
  });

  test('with a dynamic section that never says it ends, is read to its size', () => {
    const path = change((file) => file.writeBigUInt64LE(6n, PAIRS + 32));
    expect(readElf(path).needed).toEqual(['liba.so']);
  });

  test('with pairs behind the one that says it ends, is not read further', () => {
    const path = change((file) => {
      file.writeBigUInt64LE(0n, PAIRS + 16); // in the place of DT_STRTAB: that comes later now
      file.writeBigUInt64LE(5n, PAIRS + 32);
    });
    expect(() => readElf(path)).toThrow('without a string table');
  });

  test('leaves no descriptor open', () => {
    const open = readdirSync('/proc/self/fd').length;
    const path = written(honest.subarray(0, 100));
    for (let round = 0; round < 20; round++) expect(() => readElf(path)).toThrow('truncated');
    expect(readdirSync('/proc/self/fd').length).toBeLessThan(open + 10);
  });

  test('with the same name four thousand times costs little', () => {
    const needed = Array.from({ length: 4000 }, () => 'x');
    const path = written(makeElf({ needed }));
    expect(readElf(path).needed).toHaveLength(4000);
  });

  test('cut anywhere is an Error', () => {
    for (let length = 0; length < honest.length; length++) {
      expect(() => readElf(written(honest.subarray(0, length))), `cut at ${length}`).toThrow(Error);
    }
  });

  test('with any bytes changed gives an answer or an Error that names it', () => {
    const random = generator(1);
    const real = readFileSync('/bin/ls');
    for (let round = 0; round < 1500; round++) {
      const bytes = round % 2 ? honest : real;
      const end = Math.min(bytes.length, 0x400);
      const path = change((file) => {
        for (let flips = random(8); flips >= 0; flips--) file.writeUInt8(random(256), random(end));
      }, bytes);
      try {
        expect(readElf(path).path).toBe(path);
      } catch (error) {
        expect((error as Error).message, `round ${round}`).toContain(path);
      }
    }
  });
});

/** The same numbers at every run (a linear congruential generator). @returns one from 0 to below `limit` */
function generator(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}
