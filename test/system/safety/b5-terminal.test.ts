// B5, B6: the terminal and the device nodes are made in the container's own /dev, wherever the image's names lead
// (CVE-2025-52565, CVE-2026-41579).

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Mount } from '../../../src/oci.ts';
import { scratch, slipway } from '../slipway.ts';
import { idle } from './idle.ts';
import { put, rootfs } from './traps.ts';

/** Runs a root with the specification that `change` has altered. */
async function runChanged(flags: string[], change: (mounts: Mount[]) => Mount[]) {
  const spec = JSON.parse((await slipway(['spec', ...flags])).stdout);
  spec.mounts = change(spec.mounts);
  const bundle = scratch('bundle');
  put(bundle, 'config.json', JSON.stringify(spec));
  return slipway(['run', '--rm', '--config', bundle], { timeoutMs: 15_000 });
}

const without =
  (...paths: string[]) =>
  (mounts: Mount[]) =>
    mounts.filter(({ destination }) => !paths.includes(destination));

describe('B5: with -t and an image whose /dev is not covered', () => {
  test.each([
    ['/dev/console is a link to /etc/passwd', (dev: string) => symlinkSync('/etc/passwd', join(dev, 'console'))],
    ['/dev/console is a link to nowhere', (dev: string) => symlinkSync('/etc/made', join(dev, 'console'))],
  ])('%s: the file stays as it is', async (_, lay) => {
    const root = rootfs();
    lay(join(root, 'dev'));
    const before = readFileSync(join(root, 'etc/passwd'), 'utf8');
    const { code } = await runChanged(['-t', '--rootfs', root, 'echo', 'hello'], without('/dev'));
    expect(code).toBe(125);
    expect(readFileSync(join(root, 'etc/passwd'), 'utf8')).toBe(before);
    expect(readdirSync(join(root, 'etc'))).not.toContain('made');
  });

  test('/dev/console is a FIFO: nobody waits for it', async () => {
    const root = rootfs();
    spawnSync('mkfifo', [join(root, 'dev/console')]);
    const { code, stdout } = await runChanged(['-t', '--rootfs', root, 'echo', 'hello'], without('/dev'));
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'hello\r\n' });
  });

  test.each([
    ['a file', (pts: string) => put(pts, 'ptmx', '')],
    ['a link to the host’s kind', (pts: string) => symlinkSync('/dev/ptmx', join(pts, 'ptmx'))],
    ['missing', () => {}],
  ])('/dev/pts/ptmx is %s: it is refused', async (_, lay) => {
    const root = rootfs();
    mkdirSync(join(root, 'dev/pts'));
    lay(join(root, 'dev/pts'));
    const { code, stderr } = await runChanged(['-t', '--rootfs', root, 'echo'], without('/dev', '/dev/pts'));
    expect({ code, stderr }).toMatchObject({ code: 125, stderr: expect.stringMatching(/ptmx/) });
  });

  test('/dev/ptmx is a link elsewhere: it becomes that of the container’s devpts', async () => {
    const root = rootfs();
    symlinkSync('/etc/passwd', join(root, 'dev/ptmx'));
    const { stdout } = await runChanged(['-t', '--rootfs', root, 'readlink', '/dev/ptmx'], without('/dev'));
    expect(stdout.trim()).toBe('pts/ptmx');
  });
});

test('B5: the terminal is one of the container’s own devpts', async () => {
  const { stdout } = await slipway([
    'run',
    '--rm',
    '-t',
    'box',
    'sh',
    '-c',
    'tty; ls /dev/pts; [ -t 0 ] && echo yes > /dev/console',
  ]);
  expect(stdout).toMatch(/^\/dev\/pts\/0\r\n.*0\s+ptmx\r\nyes\r\n$/s);
});

test('B5: a terminal of exec is not the console of the container, and leaves no mount', async () => {
  await using _box = await idle('b5');
  const exec = async (...words: string[]) => (await slipway(['exec', ...words])).stdout;
  const before = await exec('b5', 'cat', '/proc/self/mountinfo');
  for (let round = 0; round < 3; round++) expect(await exec('-t', 'b5', 'tty')).toBe('/dev/pts/0\r\n');
  expect(await exec('-t', 'b5', 'sh', '-c', '[ -e /dev/console ] || echo none')).toBe('none\r\n');
  expect(await exec('b5', 'cat', '/proc/self/mountinfo')).toBe(before);
});

describe('B6: an image whose /dev leads out', () => {
  test.each(['../outside', '../../../../../../..OUTSIDE', 'OUTSIDE'])(
    '/dev -> %s: no node is made outside',
    async (target) => {
      const above = scratch('above');
      const root = join(above, 'rootfs');
      const outside = join(above, 'outside');
      mkdirSync(outside);
      cpSync(rootfs(), root, { recursive: true, verbatimSymlinks: true });
      rmSync(join(root, 'dev'), { recursive: true });
      symlinkSync(target.replace('OUTSIDE', outside), join(root, 'dev'));
      const flags = ['--rootfs', root, '--device', '/dev/null:/dev/extra', 'true'];
      await slipway(['run', '--rm', ...flags]);
      await runChanged(flags, without('/dev', '/dev/pts', '/dev/shm', '/dev/mqueue'));
      expect(readdirSync(outside)).toEqual([]);
    },
  );

  test('a link in place of a node is replaced, and what it led to stays', async () => {
    const root = rootfs();
    put(root, 'precious', 'untouched');
    for (const name of ['null', 'zero', 'fd', 'stdin']) symlinkSync('../precious', join(root, 'dev', name));
    const list = ['--rootfs', root, 'sh', '-c', 'ls -l /dev/null /dev/zero; readlink /dev/fd; readlink /dev/stdin'];
    const { stdout } = await runChanged(list, without('/dev'));
    expect(stdout).toMatch(/^c.* 1,\s+3 .*\nc.* 1,\s+5 .*\n\/proc\/self\/fd\n\/proc\/self\/fd\/0\n$/);
    expect(readFileSync(join(root, 'precious'), 'utf8')).toBe('untouched');
  });

  test('the host’s own devices, bound on /dev, are left as they are', async () => {
    const dev = scratch('dev');
    for (const node of ['null c 1 3', 'ptmx c 5 2', 'full c 1 3'])
      spawnSync('mknod', [join(dev, node.split(' ')[0] ?? ''), ...node.split(' ').slice(1)]);
    const list = () => spawnSync('ls', ['-ln', '--time-style=+', dev], { encoding: 'utf8' }).stdout;
    const before = list();
    expect((await slipway(['run', '--rm', '-v', `${dev}:/dev`, 'box', 'true'])).code).toBe(0);
    expect((await slipway(['run', '--rm', '--privileged', '-v', `${dev}:/dev`, 'box', 'true'])).code).toBe(0);
    expect(list()).toBe(before);
  });
});
