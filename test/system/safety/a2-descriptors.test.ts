// A2: no folder of the host is reached by a descriptor that was left open (CVE-2024-21626).

import { readdirSync, readlinkSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { O_CLOEXEC, O_PATH } from '../../../src/linux/constants.ts';
import { open } from '../../../src/linux/files.ts';
import { chroot, fchdir } from '../../../src/linux/mount.ts';
import { verifyInsideRoot } from '../../../src/runtime/working-folder.ts';
import { inChild } from '../../in-child.ts';
import { scratch, slipway } from '../slipway.ts';
import { until } from '../until.ts';
import { ordinaryUser } from '../users.ts';
import { lacksStrace, processOpening, startHeldAt } from './held.ts';
import { idle } from './idle.ts';
import { rootfs } from './traps.ts';

/** What could be open: Node itself uses the numbers up to about 20. */
const NUMBERS = [3, 4, 5, 7, 10, 17, 21, 30];

test.each([
  ['root', undefined],
  ['an ordinary user', ordinaryUser()],
])('A2: a program of %s finds nothing open but 0 to 2', async (_, user) => {
  // ls itself has the folder open that it lists: 3.
  const { stdout } = await slipway(['run', '--rm', 'box', 'ls', '/proc/self/fd'], { user });
  expect(stdout.split(/\s+/).filter(Boolean)).toEqual(['0', '1', '2', '3']);
  await using _box = await idle('fds', ['box'], { user });
  const executed = await slipway(['exec', 'fds', 'ls', '/proc/self/fd'], { user });
  expect(executed.stdout.split(/\s+/).filter(Boolean)).toEqual(['0', '1', '2', '3']);
});

describe('A2: a working folder /proc/self/fd/N', () => {
  test.each(NUMBERS)('does not lead out of the root for N = %i', async (number) => {
    const below = await slipway(['run', '--rm', '-w', `/proc/self/fd/${number}/made`, 'box', 'pwd']);
    expect(below).toMatchObject({ code: 125, stdout: '' });
    expect(below.stderr).toContain('cannot be entered');
    const itself = await slipway(['run', '--rm', '-w', `/proc/self/fd/${number}`, 'box', 'pwd']);
    expect(itself).toMatchObject({ code: 125, stdout: '' });
  });

  test.each(['/proc/self/cwd', '/proc/self/root', '/proc/1/root', '/trap'])(
    'is not followed where it is a link of another kind: %s',
    async (path) => {
      const root = rootfs();
      symlinkSync('/proc/self/root/tmp', join(root, 'trap'));
      const { code, stderr } = await slipway(['run', '--rm', '--rootfs', root, '-w', path, 'pwd']);
      expect({ code, stderr }).toMatchObject({ code: 125, stderr: expect.stringContaining('goes through a link') });
    },
  );

  test('does not lead out through a link in the image', async () => {
    const root = rootfs();
    for (const number of NUMBERS) symlinkSync(`/proc/self/fd/${number}`, join(root, `trap${number}`));
    for (const number of [3, 7, 17]) {
      const { code } = await slipway(['run', '--rm', '--rootfs', root, '-w', `/trap${number}/made`, 'pwd']);
      expect(code).toBe(125);
    }
  });

  test('does not lead out for exec', async () => {
    const root = rootfs();
    for (const number of NUMBERS) symlinkSync(`/proc/self/fd/${number}`, join(root, `trap${number}`));
    await using _box = await idle('wd', ['--rootfs', root]);
    for (const path of ['/proc/self/fd/3', '/proc/self/fd/7', '/proc/self/fd/17', '/trap5', '/trap10']) {
      const { code, stderr } = await slipway(['exec', '-w', path, 'wd', 'pwd']);
      expect({ code, stderr }).toMatchObject({ code: 125, stderr: expect.stringContaining('cannot be entered') });
    }
  });
});

test('A2: a working folder that is none of the root is noticed, however it was entered', () => {
  const jail = scratch('jail');
  const outcomes = inChild(() => {
    const outside = open('/', O_PATH | O_CLOEXEC);
    chroot(jail);
    return [outside, open('/', O_PATH | O_CLOEXEC)].map((folder) => {
      fchdir(folder);
      try {
        return verifyInsideRoot('/somewhere');
      } catch (error) {
        return (error as Error).message;
      }
    });
  });
  expect(outcomes).toEqual(["the working folder /somewhere leads out of the container's root", null]);
});

test('A2: a program /proc/self/fd/N is none', async () => {
  for (const number of [3, 4, 17]) {
    const { code, stdout } = await slipway(['run', '--rm', 'box', `/proc/self/fd/${number}`, '--version']);
    expect(code).toBeGreaterThanOrEqual(125);
    expect(code).toBeLessThanOrEqual(127);
    expect(stdout).toBe('');
  }
});

test.skipIf(lacksStrace)('A2, A3: init has no folder of the host open while it reads what the image says', async () => {
  const root = rootfs();
  await using held = startHeldAt('/etc/passwd', ['run', '--rm', '--rootfs', root, 'true']);
  const init = await until('init to reach /etc/passwd', () => processOpening('/etc/passwd', root));
  const open = readdirSync(`/proc/${init}/fd`).map((fd) => readlinkSync(`/proc/${init}/fd/${fd}`));
  // Node's own, which lead to no file, stay until execve.
  const others = open.filter((what) => !what.startsWith('anon_inode:') && !what.startsWith('pipe:'));
  expect(others.map((what) => what.replace(/\d+/, 'N'))).toEqual(['/dev/null', 'socket:[N]']);
  expect(await held.ended).toMatchObject({ code: 0 });
});
