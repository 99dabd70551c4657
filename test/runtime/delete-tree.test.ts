// What a program can leave on the disk, deleted.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RLIMITS } from '../../src/linux/constants.ts';
import { prlimit } from '../../src/linux/process.ts';
import { deleteTree } from '../../src/runtime/delete-tree.ts';

const folder = mkdtempSync(join(tmpdir(), 'delete-tree-'));
afterAll(() => {
  prlimit(0, RLIMIT_NOFILE, before);
  rmSync(folder, { recursive: true, force: true });
});

/** Node's own rm has every folder open on its way down: the limit of open files is the depth at which it gives up. */
const LIMIT = 200;
const DEEP = 2 * LIMIT;
const { RLIMIT_NOFILE } = RLIMITS;
const before = prlimit(0, RLIMIT_NOFILE, null);
beforeAll(() => void prlimit(0, RLIMIT_NOFILE, { ...before, soft: LIMIT }));

/** A chain of folders. */
function makeDeep(path: string, levels: number): void {
  mkdirSync(path);
  const script = `import os
os.chdir(${JSON.stringify(path)})
for i in range(${levels}):
    if i % 100 == 0: os.mkdir("beside"); open("file", "w").close(); os.symlink("/etc", "link")
    os.mkdir("deeper"); os.chdir("deeper")`;
  const { status, stderr } = spawnSync('python3', ['-c', script], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
}

test('a tree that is too deep for rm', () => {
  const path = join(folder, 'deep');
  makeDeep(path, DEEP);
  expect(() => rmSync(path, { recursive: true })).toThrow();
  deleteTree(path);
  expect(existsSync(path)).toBe(false);
});

test('names that are no text, and names that are those it gives itself', () => {
  const path = join(folder, 'bytes');
  makeDeep(path, DEEP);
  for (const name of ['.0', '.1']) mkdirSync(join(path, name, 'full'), { recursive: true });
  writeFileSync(join(path, '.2'), '');
  mkdirSync(Buffer.concat([Buffer.from(`${path}/`), Buffer.from([0xff, 0xfe, 0x0a])]));
  deleteTree(path);
  expect(existsSync(path)).toBe(false);
});

test('links go, and what they lead to stays', () => {
  const [path, precious] = [join(folder, 'links'), join(folder, 'precious')];
  mkdirSync(precious);
  writeFileSync(join(precious, 'file'), 'untouched');
  makeDeep(path, DEEP);
  symlinkSync(precious, join(path, 'to-precious'));
  deleteTree(path);
  expect(existsSync(path)).toBe(false);
  expect(readFileSync(join(precious, 'file'), 'utf8')).toBe('untouched');
});

test('one that is missing', () => {
  deleteTree(join(folder, 'missing'));
});
