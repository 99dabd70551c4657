// B2, B3: /proc and /sys are the kernel's, and nothing that the image or a volume holds takes their place
// (CVE-2019-19921, CVE-2023-28642, CVE-2019-16884, CVE-2025-52881).

import { mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { scratch, slipway } from '../slipway.ts';
import { ordinaryUser } from '../users.ts';
import { put, rootfs } from './traps.ts';

describe.each(['proc', 'sys', 'dev'])('B2: an image whose /%s', (name) => {
  test.each([
    ['is a link to a folder', (root: string) => symlinkSync('/trap', join(root, name))],
    ['is a link to nowhere', (root: string) => symlinkSync('nowhere', join(root, name))],
    ['is a link out', (root: string) => symlinkSync('../../../tmp', join(root, name))],
    ['is a file', (root: string) => put(root, name, 'x')],
  ])('%s does not start', async (_, lay) => {
    const root = rootfs();
    rmSync(join(root, name), { recursive: true, force: true });
    mkdirSync(join(root, 'trap'));
    lay(root);
    const { code, stderr } = await slipway(['run', '--rm', '--rootfs', root, 'true']);
    expect({ code, stderr }).toMatchObject({ code: 125, stderr: expect.stringContaining('ordinary folder') });
  });
});

test("B2: a link in place of /proc is refused for an ordinary user who gets the host's", async () => {
  const user = ordinaryUser();
  const root = rootfs(user);
  rmSync(join(root, 'proc'), { recursive: true, force: true });
  symlinkSync('/trap', join(root, 'proc'));
  const { code, stderr } = await slipway(['run', '--rm', '--pid', 'host', '--rootfs', root, 'true'], { user });
  expect({ code, stderr }).toMatchObject({ code: 125, stderr: expect.stringContaining('ordinary folder') });
});

describe('B2: nothing is mounted', () => {
  const folder = scratch('fake');
  test.each([
    ['on /proc', ['-v', `${folder}:/proc`]],
    ['on /proc by a detour', ['-v', `${folder}:/tmp/../proc`]],
    ['on a process', ['-v', `${folder}:/proc/1`]],
    ['on the kernel settings', ['--tmpfs', '/proc/sys']],
    ['on the marks of a security module', ['--tmpfs', '/proc/self/attr']],
    ['on a file that is masked', ['-v', '/etc/hostname:/proc/kcore']],
    ['on the root', ['--mount', `type=bind,source=${folder},target=/`]],
    ['on the root by a detour', ['-v', `${folder}:/tmp/..`]],
  ])('%s', async (_, flags) => {
    const { code, stderr } = await slipway(['run', '--rm', ...flags, 'box', 'true']);
    expect({ code, stderr }).toMatchObject({ code: 125, stderr: expect.stringMatching(/cannot mount|destination/) });
  });

  test('but a file that lxcfs gives containers may be', async () => {
    const args = ['run', '--rm', '-v', '/etc/hostname:/proc/uptime', 'box', 'cat', '/proc/uptime'];
    expect(await slipway(args)).toMatchObject({ code: 0, stdout: readFileSync('/etc/hostname', 'utf8') });
  });
});

test("B3: settings of the kernel are not written to the image's own /proc/sys", async () => {
  // Without a mount of proc, what lies there is the image's: here a link to a file that must stay as it is.
  const root = rootfs();
  put(root, 'proc/sys/net/ipv4/ping_group_range', 'untouched');
  put(root, 'precious', 'untouched');
  symlinkSync('/precious', join(root, 'proc/sys/net/ipv4/ip_unprivileged_port_start'));
  const bundle = scratch('bundle');
  const { stdout } = await slipway(['spec', '--rootfs', root, 'true']);
  const spec = JSON.parse(stdout);
  spec.mounts = spec.mounts.filter(({ destination }: { destination: string }) => destination !== '/proc');
  put(bundle, 'config.json', JSON.stringify(spec));
  const { code, stderr } = await slipway(['run', '--rm', '--config', bundle]);
  expect({ code, stderr }).toMatchObject({ code: 125, stderr: expect.stringMatching(/does not lie on proc|ELOOP/) });
  expect(readFileSync(join(root, 'precious'), 'utf8')).toBe('untouched');
  expect(readFileSync(join(root, 'proc/sys/net/ipv4/ping_group_range'), 'utf8')).toBe('untouched');
});
