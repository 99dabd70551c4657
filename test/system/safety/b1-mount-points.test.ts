// B1: no link of an image or of a shared volume leads a mount out of the root (CVE-2021-30465, CVE-2024-45310), or to a
// place in it where it would do harm.

import { randomUUID } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { scratch, slipway } from '../slipway.ts';
import { idle } from './idle.ts';
import { hasGcc, putProgram, rootfs, WITHOUT_GCC } from './traps.ts';

const mounts = () => readFileSync('/proc/self/mountinfo', 'utf8');

/** What a container is to see at the mount point. */
function treasure(): string {
  const folder = scratch('treasure');
  writeFileSync(join(folder, 'gold'), '');
  return folder;
}

/** A name that nothing has. Should a link lead out after all, it is made in the machine's own root: it is removed there. */
function freshName(): string {
  const name = `slipway-b1-${randomUUID()}`;
  onTestFinished(() => rmSync(`/${name}`, { recursive: true, force: true }));
  return name;
}

describe('B1: a link of the image', () => {
  const outside = scratch('outside');
  test.each([
    ['up and up', `../../../../../../../../../../..${outside}/made`],
    ['from the root', `${outside}/made`],
    ['to nowhere', `${outside}/not/there/yet`],
    ['by way of another', 'second'],
  ])('that leads %s stays in the root', async (_, target) => {
    const root = rootfs();
    symlinkSync(target, join(root, 'data'));
    symlinkSync(`../..${outside}/made`, join(root, 'second'));
    const before = mounts();
    const { code, stdout } = await slipway([
      'run',
      '--rm',
      '--rootfs',
      root,
      '-v',
      `${treasure()}:/data/x`,
      'ls',
      '/data/x',
    ]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'gold\n' });
    expect(readdirSync(outside)).toEqual([]);
    expect(mounts()).toBe(before);
  });

  test.each([
    ['/', 'leads to the root itself'],
    ['../..', 'leads to the root itself'],
    ['/proc', 'cannot mount on /proc'],
    ['proc/1', 'cannot mount on /proc/'],
    ['/proc/sys/kernel', 'cannot mount on /proc/sys/kernel'],
    ['/proc/self/attr', 'cannot mount on /proc/'],
  ])('to %s is no place for a volume', async (target, message) => {
    const root = rootfs();
    symlinkSync(target, join(root, 'data'));
    for (const flags of [
      ['-v', `${treasure()}:/data`],
      ['--tmpfs', '/data'],
    ]) {
      const { code, stderr } = await slipway(['run', '--rm', '--rootfs', root, ...flags, 'true']);
      expect({ code, stderr }).toMatchObject({ code: 125, stderr: expect.stringContaining(message) });
    }
  });

  test('that leads through a descriptor is not followed', async () => {
    const root = rootfs();
    symlinkSync('/proc/self/fd/5', join(root, 'data'));
    symlinkSync('/proc/self/cwd', join(root, 'here'));
    const name = freshName();
    for (const link of ['data', 'here']) {
      const volume = `${treasure()}:/${link}/${name}`;
      const { code } = await slipway(['run', '--rm', '--rootfs', root, '-v', volume, 'true']);
      expect(code).toBe(125);
    }
  });

  test('for a file makes the file inside the root', async () => {
    const root = rootfs();
    symlinkSync(`${outside}/file`, join(root, 'data'));
    const flags = ['-v', `${treasure()}/gold:/data`];
    expect((await slipway(['run', '--rm', '--rootfs', root, ...flags, 'cat', '/data'])).code).toBe(0);
    expect(readdirSync(outside)).toEqual([]);
    expect(lstatSync(join(root, outside, 'file')).isFile()).toBe(true);
  });
});

const EXCHANGE = `
  #include <fcntl.h>
  #include <stdio.h>
  #include <sys/syscall.h>
  #include <unistd.h>
  int main(void) {
    puts("ready"); fflush(stdout);
    for (;;) syscall(SYS_renameat2, AT_FDCWD, "/v/dir", AT_FDCWD, "/v/link", 2 /* RENAME_EXCHANGE */);
  }`;

// 500 starts would take minutes. When links were followed out of the root, the first of these 40 showed it.
test.runIf(hasGcc)(`B1: forty starts while a neighbour exchanges a folder for a link${WITHOUT_GCC}`, async () => {
  const volume = scratch('volume');
  mkdirSync(join(volume, 'dir'));
  symlinkSync('/', join(volume, 'link'));
  const attacker = rootfs();
  putProgram(attacker, 'exchange', EXCHANGE);
  const before = mounts();
  await using _box = await idle(
    'attacker',
    ['-v', `${volume}:/v`, '--rootfs', attacker],
    {},
    { first: '/exchange & true' },
  );
  let inside = 0;
  for (let round = 0; round < 40; round++) {
    const name = freshName(); // else it would be there from the second round on, and nothing would be made any more
    const flags = ['-v', `${volume}:/v`, '-v', `${treasure()}:/v/dir/${name}`];
    const { code, stderr } = await slipway(['run', '--rm', ...flags, 'box', 'ls', `/v/dir/${name}`, `/${name}`]);
    if (code === 0 || code === 1 || code === 2) inside++;
    else expect(stderr).toMatch(/exchanged|ENOENT|ENOTDIR|EXDEV|ELOOP|EEXIST|no such|not a directory/i);
    expect(existsSync(`/${name}`)).toBe(false);
  }
  expect(inside).toBeGreaterThan(0);
  expect(mounts()).toBe(before);
});
