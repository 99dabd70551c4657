// A plan is carried out whole, or not at all.

import { chmodSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { assemble } from '../../src/chroot/assemble.ts';
import { Tree } from '../../src/chroot/box-tree.ts';
import { temporaryFolders } from './temporary.ts';

const newFolder = temporaryFolders();
const modeOf = (path: string) => statSync(path).mode & 0o7777;

/** A file that the image could be made of. */
function original(mode = 0o4777): string {
  const path = join(newFolder(), 'program');
  writeFileSync(path, 'its content');
  chmodSync(path, mode);
  return path;
}

describe('an assembled folder', () => {
  const from = original();
  const tree = new Tree();
  tree.folder('/tmp', 0o1777);
  tree.folder('/root', 0o700);
  tree.text('/etc/passwd', 'root:x:0:0', 0o644);
  tree.link('/etc/link', '../etc/passwd');
  tree.file('/bin/program', from, statSync(from));
  const folder = join(newFolder(), 'layer');
  const before = process.umask(0o077);
  assemble(folder, tree.entries);
  process.umask(before);

  test('has all that was planned', () => {
    expect(readFileSync(join(folder, 'etc/link'), 'utf8')).toBe('root:x:0:0');
    expect(readlinkSync(join(folder, 'etc/link'))).toBe('../etc/passwd');
    expect(readFileSync(join(folder, 'bin/program'), 'utf8')).toBe('its content');
  });

  test('has the planned modes, whatever the umask is, and no setuid bit', () => {
    expect(modeOf(folder)).toBe(0o755);
    expect(modeOf(join(folder, 'tmp'))).toBe(0o1777);
    expect(modeOf(join(folder, 'root'))).toBe(0o700);
    expect(modeOf(join(folder, 'etc'))).toBe(0o755);
    expect(modeOf(join(folder, 'etc/passwd'))).toBe(0o644);
    expect(modeOf(join(folder, 'bin/program'))).toBe(0o755);
  });

  test('shares no file with the machine, and belongs to us', () => {
    const copy = statSync(join(folder, 'bin/program'));
    expect(copy.ino).not.toBe(statSync(from).ino);
    expect(copy.nlink).toBe(1);
    expect(copy.uid).toBe(process.geteuid?.());
  });

  test('leaves no temporary name behind', () => {
    expect(readdirSync(join(folder, '..'))).toEqual(['layer']);
  });
});

test('a program that was taken away since it was planned leaves nothing behind', () => {
  const tree = new Tree();
  const from = original();
  tree.file('/bin/program', from, statSync(from));
  tree.file('/bin/gone', '/no/such/program', { size: 0, mtimeMs: 0, mode: 0o755, dev: 0, ino: 0 });
  const folder = join(newFolder(), 'layer');
  expect(() => assemble(folder, tree.entries)).toThrow(/layer could not be assembled: ENOENT.*\/no\/such\/program/);
  expect(readdirSync(join(folder, '..'))).toEqual([]);
});
