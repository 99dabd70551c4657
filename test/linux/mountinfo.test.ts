import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readMounts } from '../../src/linux/mountinfo.ts';

const folder = mkdtempSync(join(tmpdir(), 'mountinfo-'));
afterAll(() => rmSync(folder, { recursive: true }));

function parse(text: string) {
  const file = join(folder, 'mountinfo');
  writeFileSync(file, text);
  return readMounts(file);
}

test('a line is read by its place, however many optional fields it has', () => {
  expect(
    parse(
      '36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 shared:2 - ext3 /dev/root rw,errors=continue\n' +
        '37 36 0:5 / /proc rw - proc proc rw\n',
    ),
  ).toEqual([
    { id: 36, parent: 35, root: '/mnt1', path: '/mnt2', type: 'ext3', isShared: true, isSlave: true },
    { id: 37, parent: 36, root: '/', path: '/proc', type: 'proc', isShared: false, isSlave: false },
  ]);
});

test('a path is what it was before the kernel wrote it down', () => {
  const [mount] = parse('1 0 0:1 /a\\040b /tab\\011newline\\012back\\134slash/\u00e4\u{1f6a2} rw - tmpfs x rw\n');
  expect(mount).toMatchObject({ root: '/a b', path: '/tab\tnewline\nback\\slash/\u00e4\u{1f6a2}' });
});

test('our own mounts have a root', () => {
  expect(readMounts().map(({ path }) => path)).toContain('/');
});
