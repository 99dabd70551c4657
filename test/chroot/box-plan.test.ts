// What box is made of, with busybox and without it.

import { chmodSync, copyFileSync, existsSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type BoxPlan, planBox } from '../../src/chroot/box-plan.ts';
import { LIBRARY_CACHE } from '../../src/chroot/elf-cache.ts';
import { writeElf } from './make-elf.ts';
import { temporaryFolders } from './temporary.ts';

const newFolder = temporaryFolders();

/** A folder of programs: copies of the machine's, and scripts. */
function programs(scripts: Record<string, string> = {}, copies: readonly string[] = ['sh', 'ls']): string {
  const folder = newFolder();
  for (const path of [folder, dirname(folder)]) chmodSync(path, 0o755);
  for (const name of copies) copyFileSync(`/bin/${name}`, join(folder, name));
  for (const [name, script] of Object.entries(scripts)) writeFileSync(join(folder, name), script, { mode: 0o755 });
  return folder;
}

function listing(...names: string[]): string {
  return `#!/bin/sh\nprintf '%s\\n' ${names.map((name) => `'${name}'`).join(' ')}\n`;
}

const has = ({ entries }: BoxPlan, path: string) => entries.has(path);

describe('with busybox', () => {
  const essential = ['sh', 'ls', 'ps', 'id', 'hostname'];

  test('its names are links to it', () => {
    const plan = planBox({ programFolders: [programs({ busybox: listing('[', '[[', 'busybox', ...essential) })] });
    expect(plan.entries.get('/bin/busybox')).toMatchObject({ kind: 'file', mode: 0o755 });
    for (const name of ['[', '[[', ...essential]) {
      expect(plan.entries.get(`/bin/${name}`), name).toEqual({ kind: 'link', target: 'busybox' });
    }
    expect(plan.entries.get('/usr/bin/env')).toEqual({ kind: 'link', target: '../../bin/env' });
    expect(plan.entries.get('/etc/os-release')).toMatchObject({
      text: expect.stringContaining('# Made of: busybox\n'),
    });
  });

  test('a name that is none is not taken', () => {
    const busybox = listing('../../etc/passwd', 'a/b', '', '..', '.', ...essential);
    const plan = planBox({ programFolders: [programs({ busybox })] });
    const names = [...plan.entries.keys()].filter((path) => path.startsWith('/bin/'));
    expect(names).toEqual(['/bin/busybox', ...essential.map((name) => `/bin/${name}`)]);
  });

  test.each(essential)('one that cannot do %s is passed over', (missing) => {
    const busybox = listing(...essential.filter((name) => name !== missing));
    const plan = planBox({ programFolders: [programs({ busybox })] });
    expect(plan.entries.get('/etc/os-release')).toMatchObject({ text: expect.stringContaining('# Made of: sh ls\n') });
  });

  test('one that fails is passed over', () => {
    const plan = planBox({ programFolders: [programs({ busybox: '#!/bin/sh\nexit 1\n' })] });
    expect(plan.entries.get('/etc/os-release')).toMatchObject({ text: expect.stringContaining('# Made of: sh ls\n') });
  });

  test('one that works here but would not in the image is passed over, and why is said', () => {
    const busybox = listing(...essential).replace('#!/bin/sh', '#!/usr/bin/env sh');
    const plan = planBox({ programFolders: [programs({ busybox })] });
    expect(plan.leftOut.get('busybox')).toMatch('a script for /usr/bin/env');
    expect(plan.entries.get('/etc/os-release')).toMatchObject({ text: expect.stringContaining('# Made of: sh ls\n') });
  });

  test('only it is watched', () => {
    const folder = programs({ busybox: listing(...essential) });
    expect(planBox({ programFolders: [folder] }).watched).toEqual([join(folder, 'busybox')]);
  });

  test.skipIf(!existsSync('/bin/busybox'))('that of this machine can do what a box must', () => {
    expect(planBox().entries.get('/bin/busybox')).toMatchObject({ from: '/bin/busybox' });
  });
});

describe('without busybox', () => {
  const plan = planBox({ without: ['busybox'] });

  test('there are a shell and core tools, as this machine has them', () => {
    for (const name of ['sh', 'ls', 'cat', 'sleep', 'mount']) {
      const path = [`/bin/${name}`, `/usr/bin/${name}`].find((path) => has(plan, path));
      expect(path, name).toBeDefined();
    }
    expect(has(plan, '/bin/busybox')).toBe(false);
    expect(plan.leftOut).toEqual(new Map());
  });

  test('no program has a setuid bit, and none is there that lives by it', () => {
    for (const [path, entry] of plan.entries) {
      if (entry.kind === 'file') expect(entry.mode & 0o7022, path).toBe(0);
    }
    for (const name of ['su', 'sudo', 'passwd']) expect(has(plan, `/usr/bin/${name}`), name).toBe(false);
  });

  test('ps and hostname are scripts of ours where the machine has none', () => {
    const poor = planBox({ without: ['busybox', 'ps', 'hostname'] });
    for (const name of ['ps', 'hostname']) {
      expect(poor.entries.get(`/usr/bin/${name}`)).toMatchObject({ kind: 'text', mode: 0o755 });
      expect(plan.entries.get(`/usr/bin/${name}`)?.kind).not.toBe('text');
    }
  });

  test('the folders of the programs are watched, and those of the libraries: few for many files', () => {
    const files = [...plan.entries.values()].filter(({ kind }) => kind === 'file');
    expect(plan.watched).toContain('/usr/bin');
    expect(plan.watched.length).toBeLessThan(30);
    expect(files.length).toBeGreaterThan(50);
  });

  test.skipIf(!existsSync(LIBRARY_CACHE))(
    'a library in an unusual folder brings the index of the libraries along',
    () => {
      const folder = programs();
      expect(has(planBox({ programFolders: [folder] }), LIBRARY_CACHE)).toBe(false);
      writeElf(join(folder, 'cat'), { needed: ['liba.so'], rpath: '$ORIGIN' });
      writeElf(join(folder, 'liba.so'), {});
      const withLibrary = planBox({ programFolders: [folder] });
      expect(has(withLibrary, join(folder, 'liba.so'))).toBe(true);
      expect(has(withLibrary, LIBRARY_CACHE)).toBe(true);
    },
  );

  test('without a shell there is no box', () => {
    const folder = programs({}, ['ls']);
    expect(() => planBox({ programFolders: [folder] })).toThrow(/box cannot be made.*there is no sh.*--rootfs/);
  });
});

describe('what cannot be in the image is left out, and why is said', () => {
  test('a program that is damaged', () => {
    const folder = programs({ cat: '\x7fELF' });
    const plan = planBox({ programFolders: [folder] });
    expect(plan.leftOut.get('cat')).toBe(`${folder}/cat: not an ELF file: too short`);
    expect(has(plan, join(folder, 'cat'))).toBe(false);
  });

  test('a script for something that is not in the image', () => {
    const folder = programs({ which: '#!/bin/sh -e\n', top: '#! /usr/bin/perl\n' });
    const plan = planBox({ programFolders: [folder] });
    expect([...plan.leftOut]).toEqual([['top', `${folder}/top: a script for /usr/bin/perl`]]);
    expect(has(plan, join(folder, 'which'))).toBe(true);
  });

  test('a program that we may not read', () => {
    const folder = programs({}, ['sh', 'ls', 'cat']);
    chmodSync(join(folder, 'cat'), 0o111);
    const plan = asNobody(() => planBox({ programFolders: [folder] }));
    expect(plan.leftOut.get('cat')).toMatch(/EACCES.*\/cat/);
    expect(has(plan, join(folder, 'ls'))).toBe(true);
  });

  test('and what lies in a folder that we may not enter, or behind links in a circle, is not there', () => {
    const closed = programs({}, ['sh', 'cat']);
    chmodSync(closed, 0o600);
    const open = programs();
    symlinkSync('tac', join(open, 'tac'));
    const plan = asNobody(() => planBox({ programFolders: [closed, open] }));
    chmodSync(closed, 0o700); // so that it can be deleted
    expect(plan.entries.get('/etc/os-release')).toMatchObject({ text: expect.stringContaining('# Made of: sh ls\n') });
    expect(plan.leftOut).toEqual(new Map());
  });

  /** root may read everything. */
  function asNobody<T>(action: () => T): T {
    if (process.geteuid?.() !== 0) return action();
    process.seteuid?.(65534);
    try {
      return action();
    } finally {
      process.seteuid?.(0);
    }
  }
});

describe('in both', () => {
  const variants: [string, BoxPlan][] = [
    ['with busybox', planBox({ programFolders: [programs({ busybox: listing('sh', 'ls', 'ps', 'id', 'hostname') })] })],
    ['without', planBox({ without: ['busybox'] })],
  ];

  test.each(variants)('%s, root and nobody have names, and their homes', (_, { entries }) => {
    const passwd = entries.get('/etc/passwd');
    expect(passwd?.kind === 'text' && passwd.text).toMatch(
      /^root:x:0:0:root:\/root:\/bin\/sh\n[\s\S]*nobody:x:65534:65534:/,
    );
    expect(entries.get('/root')).toEqual({ kind: 'folder', mode: 0o700 });
    expect(entries.get('/tmp')).toEqual({ kind: 'folder', mode: 0o1777 });
    for (const path of ['/dev', '/etc', '/home', '/proc', '/run', '/sys', '/usr', '/var']) {
      expect(entries.get(path), path).toEqual({ kind: 'folder', mode: 0o755 });
    }
  });
});
