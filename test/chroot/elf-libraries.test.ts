// Which libraries are found for a program: compared with what ldd says, and rule by rule of man 8 ld.so.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LibraryFinder } from '../../src/chroot/elf-libraries.ts';
import { ARM64, type ElfParts, HERE, writeElf, X86_64 } from './make-elf.ts';
import { temporaryFolders } from './temporary.ts';

const newFolder = temporaryFolders();

describe('the same libraries as ldd finds', () => {
  const commands = ['sh', 'bash', 'ls', 'ps', 'mount', 'tar', 'ip', 'grep', 'busybox'];
  const paths = commands.map(whereIs).filter((path) => path !== undefined);
  const programs = [...new Set([...paths, process.execPath].map((path) => realpathSync(path)))];

  test.each(programs)('%s', (program) => {
    expect(resolved(new LibraryFinder().find(program))).toEqual(resolved(ldd(program)));
  });

  function whereIs(name: string): string | undefined {
    return spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim() || undefined;
  }

  /** Lines such as `libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x…)` and `/lib64/ld-linux-x86-64.so.2 (0x…)`. */
  function ldd(program: string): string[] {
    const { stdout } = spawnSync('ldd', [program], { encoding: 'utf8', env: { PATH: process.env.PATH, LC_ALL: 'C' } });
    return [...stdout.matchAll(/(\/\S+) \(0x/g)].map((match) => match[1] ?? '');
  }

  function resolved(paths: readonly string[]): string[] {
    return [...new Set(paths.map((path) => realpathSync(path)))].sort();
  }
});

/** A folder with ELF files in it: `{ 'bin/program': { needed: ['liba.so'] }, 'lib/liba.so': {} }`. */
function machine(files: Record<string, ElfParts>): string {
  const root = realpathSync(newFolder());
  for (const [path, parts] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeElf(join(root, path), parts);
  }
  return root;
}

function find(root: string, cache: Record<string, string[]> = {}): string[] {
  const entries = Object.entries(cache).map(([name, paths]) => [name, paths.map((path) => join(root, path))] as const);
  return new LibraryFinder(new Map(entries))
    .find(join(root, 'bin/program'))
    .map((path) => path.replace(`${root}/`, ''));
}

describe('where a library is looked for', () => {
  test('in the cache', () => {
    const root = machine({ 'bin/program': { needed: ['liba.so'] }, 'lib/liba.so': {} });
    expect(find(root, { 'liba.so': ['lib/liba.so'] })).toEqual(['lib/liba.so']);
  });

  test('in $ORIGIN, written in both ways, which is the folder behind all links', () => {
    const root = machine({
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the loader's variable, not JavaScript's
      'opt/p': { needed: ['a', 'b'], runpath: '$ORIGIN/x:${ORIGIN}/y' },
      'opt/x/a': {},
      'opt/y/b': {},
    });
    mkdirSync(join(root, 'bin'));
    symlinkSync('../opt/p', join(root, 'bin/program'));
    expect(find(root)).toEqual(['opt/x/a', 'opt/y/b']);
  });

  test('RPATH before the cache, and RUNPATH as well', () => {
    const files = { 'x/a': {}, 'lib/a': {} };
    for (const kind of ['rpath', 'runpath']) {
      const root = machine({ 'bin/program': { needed: ['a'], [kind]: '$ORIGIN/../x' }, ...files });
      expect(find(root, { a: ['lib/a'] }), kind).toEqual(['bin/../x/a']);
    }
  });

  test('the RPATH of the program counts for what its libraries need', () => {
    const root = machine({
      'bin/program': { needed: ['a'], rpath: '$ORIGIN' },
      'bin/a': { needed: ['b'] },
      'bin/b': {},
    });
    expect(find(root)).toEqual(['bin/a', 'bin/b']);
  });

  test('the RUNPATH of the program does not', () => {
    const root = machine({
      'bin/program': { needed: ['a'], runpath: '$ORIGIN' },
      'bin/a': { needed: ['b'] },
      'bin/b': {},
    });
    expect(() => find(root)).toThrow(`${root}/bin/a: library b was not found`);
  });

  test('an RPATH beside a RUNPATH is ignored', () => {
    const root = machine({ 'bin/program': { needed: ['a'], rpath: '$ORIGIN', runpath: '/nowhere' }, 'bin/a': {} });
    expect(() => find(root)).toThrow('library a was not found');
  });

  test('a library with a RUNPATH of its own does not ask the RPATH of the program', () => {
    const parts = { 'bin/a': { needed: ['b'], runpath: '/nowhere' }, 'bin/b': {} };
    const root = machine({ 'bin/program': { needed: ['a'], rpath: '$ORIGIN' }, ...parts });
    expect(() => find(root)).toThrow('library b was not found');
  });

  test('a name with a slash is a path', () => {
    const root = machine({ 'bin/program': { needed: ['$ORIGIN/../x/a'] }, 'x/a': {} });
    expect(find(root)).toEqual(['bin/../x/a']);
  });

  test('in the standard folders, where the cache does not know it', () => {
    const shell = realpathSync('/bin/sh');
    const paths = (cache?: Map<string, string[]>) =>
      new LibraryFinder(cache).find(shell).map((path) => realpathSync(path));
    expect(paths(new Map())).toEqual(paths());
  });

  test('an empty or relative folder is never looked into', () => {
    const root = machine({ 'bin/program': { needed: ['a'], rpath: ':.:bin' }, 'bin/a': {}, a: {} });
    const before = process.cwd();
    process.chdir(root);
    try {
      expect(() => find(root)).toThrow('library a was not found');
    } finally {
      process.chdir(before);
    }
  });
});

describe('which file is taken', () => {
  const FOREIGN = HERE === X86_64 ? ARM64 : X86_64;

  test('one for another machine is passed over', () => {
    const root = machine({
      'bin/program': { needed: ['a'], runpath: '$ORIGIN/x:$ORIGIN/y:$ORIGIN/z' },
      'bin/x/a': { machine: FOREIGN },
      'bin/y/a': { bits: 32 },
      'bin/z/a': {},
    });
    expect(find(root)).toEqual(['bin/z/a']);
  });

  test('and said, when it is the only one', () => {
    const root = machine({ 'bin/program': { needed: ['a'], rpath: '$ORIGIN' }, 'bin/a': { machine: FOREIGN } });
    expect(() => find(root)).toThrow(
      `library a was not found (${root}/bin/a cannot be read, or is for another machine)`,
    );
  });

  test('a program for another machine is refused', () => {
    const root = machine({ 'bin/program': { machine: FOREIGN } });
    expect(() => find(root)).toThrow(`${root}/bin/program: for another machine`);
  });

  test('libraries that need each other, or themselves, are found once', () => {
    const parts = { 'bin/a': { needed: ['a', 'b'] }, 'bin/b': { needed: ['a', 'b'] } };
    const root = machine({ 'bin/program': { needed: ['a'], rpath: '$ORIGIN' }, ...parts });
    expect(find(root)).toEqual(['bin/a', 'bin/b']);
  });

  test('the loader that libraries need by name is the one of the program', () => {
    const root = machine({ 'lib/ld.so': {}, 'other/ld.so': {} });
    writeElf(join(root, 'program'), {
      interpreter: join(root, 'lib/ld.so'),
      needed: ['ld.so'],
      rpath: '$ORIGIN/other',
    });
    expect(new LibraryFinder().find(join(root, 'program'))).toEqual([join(root, 'lib/ld.so')]);
  });

  test('a missing loader is named', () => {
    const root = machine({ 'bin/program': { interpreter: '/lib/no-such-loader.so' } });
    expect(() => find(root)).toThrow('its loader /lib/no-such-loader.so was not found');
  });

  test('a broken library is no reason to hang', () => {
    const root = machine({ 'bin/program': { needed: ['a'], rpath: '$ORIGIN/x:$ORIGIN' }, 'bin/a': {} });
    mkdirSync(join(root, 'bin/x'));
    execFileSync('mkfifo', [join(root, 'bin/x/a')]);
    expect(find(root)).toEqual(['bin/a']);
    writeFileSync(join(root, 'bin/a'), 'no ELF file');
    expect(() => find(root)).toThrow('library a was not found');
  });
});
