// `run --rootfs`: a container whose root is a folder of the user's.

import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderWithRoot } from './bundles.ts';
import { slipway } from './slipway.ts';
import { ordinaryUser } from './users.ts';

describe('run --rootfs', () => {
  test('runs in a folder, which it writes to', async () => {
    const bundle = await folderWithRoot();
    const result = await slipway([
      'run',
      '--rm',
      '--rootfs',
      join(bundle, 'rootfs'),
      'sh',
      '-c',
      'echo here > /tmp/mark; cat /tmp/mark',
    ]);
    expect(result).toEqual({ code: 0, stdout: 'here\n', stderr: '' });
    expect(readFileSync(join(bundle, 'rootfs/tmp/mark'), 'utf8')).toBe('here\n');
  });

  test.each([
    ['root', undefined],
    ['an ordinary user', ordinaryUser()],
  ] as const)('DIR:O keeps apart from it what changes, as %s', async (_, user) => {
    const bundle = await folderWithRoot(user);
    const rootfs = join(bundle, 'rootfs');
    const line = 'rm /bin/ls && echo here > /tmp/mark && cat /tmp/mark';
    const result = await slipway(['run', '--rm', '--rootfs', `${rootfs}:O`, 'sh', '-c', line], { user });
    expect(result).toMatchObject({ code: 0, stdout: 'here\n' });
    expect(lstatSync(join(rootfs, 'bin/ls'), { throwIfNoEntry: false })).toBeDefined();
    expect(readdirSync(join(rootfs, 'tmp'))).toEqual([]);
    expect((await slipway(['run', '--rootfs', '/no/such:O', 'sh'])).stderr).toBe(
      'slipway: --rootfs "/no/such": there is no such folder\n',
    );
  });

  test('a config.json has no words for DIR:O', async () => {
    const { code, stderr } = await slipway(['spec', '--rootfs', '/tmp:O', 'true']);
    expect({ code, stderr }).toEqual({ code: 125, stderr: 'slipway: a config.json has no words for --rootfs DIR:O\n' });
  });

  test('leaves it as it is with --read-only', async () => {
    const bundle = await folderWithRoot();
    const { stderr } = await slipway([
      'run',
      '--rm',
      '--read-only',
      '--rootfs',
      join(bundle, 'rootfs'),
      'touch',
      '/mark',
    ]);
    expect(stderr).toBe('touch: /mark: Read-only file system\n');
  });

  test('says that a folder is missing, or a program', async () => {
    expect((await slipway(['run', '--rootfs', '/no/such', 'sh'])).stderr).toBe(
      'slipway: --rootfs "/no/such": there is no such folder\n',
    );
    expect((await slipway(['run', '--rootfs', '/tmp'])).stderr).toBe(
      'slipway: no command specified: name the program to run\n',
    );
  });
});
