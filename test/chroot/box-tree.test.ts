// A tree plans a copy of the machine's files, with the links on the way to them.

import { linkSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Tree } from '../../src/chroot/box-tree.ts';
import { temporaryFolders } from './temporary.ts';

const newFolder = temporaryFolders();

/** A machine in which bin is a link to usr/bin, and usr/bin/ls a file. */
function machine(): string {
  const root = realpathSync(newFolder());
  mkdirSync(join(root, 'usr/bin'), { recursive: true });
  writeFileSync(join(root, 'usr/bin/ls'), 'ls', { mode: 0o755 });
  symlinkSync('usr/bin', join(root, 'bin'));
  return root;
}

/** What is planned below `root`: `bin → usr/bin`, `usr/`, `usr/bin/ls`. */
function planned(tree: Tree, root: string): string[] {
  const inside = [...tree.entries].filter(([path]) => path.startsWith(`${root}/`));
  return inside.map(([path, entry]) => {
    const name = path.slice(root.length + 1);
    if (entry.kind === 'link') return `${name} → ${entry.target.replace(root, 'ROOT')}`;
    return entry.kind === 'folder' ? `${name}/` : name;
  });
}

describe('a copy keeps the shape of the machine', () => {
  test('a link on the way is planned, and what it leads to', () => {
    const root = machine();
    const tree = new Tree();
    tree.copy(join(root, 'bin/ls'));
    expect(planned(tree, root)).toEqual(['bin → usr/bin', 'usr/', 'usr/bin/', 'usr/bin/ls']);
  });

  test('links may follow links, be absolute, and lead upwards', () => {
    const root = machine();
    mkdirSync(join(root, 'etc/alternatives'), { recursive: true });
    symlinkSync(join(root, 'etc/alternatives/awk'), join(root, 'usr/bin/awk'));
    symlinkSync('../../bin/ls', join(root, 'etc/alternatives/awk'));
    const tree = new Tree();
    tree.copy(join(root, 'usr/bin/awk'));
    expect(planned(tree, root)).toEqual([
      'usr/',
      'usr/bin/',
      'usr/bin/awk → ROOT/etc/alternatives/awk',
      'etc/',
      'etc/alternatives/',
      'etc/alternatives/awk → ../../bin/ls',
      'bin → usr/bin',
      'usr/bin/ls',
    ]);
  });

  test('".." after a link is the folder above the one it leads to', () => {
    const root = machine();
    mkdirSync(join(root, 'usr/lib'));
    writeFileSync(join(root, 'usr/lib/a'), '');
    const tree = new Tree();
    tree.copy(`${root}/bin/../lib/a`);
    expect(planned(tree, root)).toEqual(['bin → usr/bin', 'usr/', 'usr/bin/', 'usr/lib/', 'usr/lib/a']);
  });

  test('links in a circle are an Error', () => {
    const root = newFolder();
    symlinkSync('b', join(root, 'a'));
    symlinkSync('a', join(root, 'b'));
    expect(() => new Tree().copy(join(root, 'a'))).toThrow(`${root}/a: too many links`);
  });

  test('a file that is not there is an Error that names it', () => {
    expect(() => new Tree().copy('/no/such/file')).toThrow(/ENOENT.*\/no/);
  });

  test('the folders that the copies come from are known', () => {
    const root = machine();
    const tree = new Tree();
    tree.copy(join(root, 'bin/ls'));
    expect([...tree.origins]).toEqual([root, join(root, 'usr/bin')]);
  });
});

describe('what is planned', () => {
  test('a folder comes before what is in it', () => {
    const tree = new Tree();
    tree.text('/a/b/c', '');
    expect([...tree.entries.keys()]).toEqual(['/a', '/a/b', '/a/b/c']);
  });

  test('what was planned first stays', () => {
    const tree = new Tree();
    tree.text('/a', 'first');
    tree.link('/a', 'second');
    expect(tree.entries.get('/a')).toMatchObject({ text: 'first' });
  });

  test('nothing can be planned below a link, which might lead out of the image', () => {
    const tree = new Tree();
    tree.link('/bin', '/usr/bin');
    expect(() => tree.text('/bin/ls', '')).toThrow('/bin cannot be a folder of the image: it is a link already');
  });

  test('a second name of a file is a link to the first', () => {
    const root = machine();
    linkSync(join(root, 'usr/bin/ls'), join(root, 'usr/bin/dir'));
    const tree = new Tree();
    tree.copy(join(root, 'usr/bin/ls'));
    tree.copy(join(root, 'usr/bin/dir'));
    tree.copy(join(root, 'usr/bin/ls'));
    expect(planned(tree, root)).toEqual(['usr/', 'usr/bin/', 'usr/bin/ls', 'usr/bin/dir → ROOT/usr/bin/ls']);
  });

  test.each([
    ['755', '755'],
    ['4755', '755'],
    ['2711', '711'],
    ['666', '644'],
    ['555', '755'],
  ])('a file of mode %s gets mode %s', (mode, expected) => {
    const tree = new Tree();
    tree.file('/x', '/program', { size: 2, mtimeMs: 0, mode: 0o100000 | Number.parseInt(mode, 8), dev: 1, ino: 1 });
    expect(tree.entries.get('/x')).toMatchObject({ mode: Number.parseInt(expected, 8) });
  });
});
