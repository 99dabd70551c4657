// A8: namespaces of others are joined in an order that works, and only what is one.

import { spawn } from 'node:child_process';
import { existsSync, readlinkSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Spec } from '../../../src/oci.ts';
import { slipway } from '../slipway.ts';
import { until } from '../until.ts';
import { rootfs, scratchSpec } from './traps.ts';

/** A process in namespaces of its own, which hold as long as it lives. */
function holder(flags: string[]) {
  const child = spawn('unshare', [...flags, 'sleep', '100'], { stdio: 'ignore' });
  const types = ['net', 'uts', 'ipc', 'user'];
  const links = () => types.map((type) => readlinkSync(`/proc/${child.pid}/ns/${type}`));
  const ours = types.map((type) => readlinkSync(`/proc/self/ns/${type}`));
  const isReady = () => existsSync(`/proc/${child.pid}/ns/net`) && links()[0] !== ours[0];
  return { child, isReady, path: (type: string) => `/proc/${child.pid}/ns/${type}` };
}

describe('A8: a namespace by its path', () => {
  const plain = holder(['--net', '--uts', '--ipc']);
  const owned = holder(['--user', '--map-root-user', '--net', '--uts', '--ipc']);
  beforeAll(async () => {
    for (const { isReady } of [plain, owned]) await until('the namespaces', isReady);
  });
  afterAll(() => {
    for (const { child } of [plain, owned]) child.kill('SIGKILL');
  });

  const join = (paths: Partial<Record<string, string>>) =>
    scratchSpec(
      ['--rootfs', rootfs(), 'sh', '-c', 'for n in net uts ipc user; do readlink /proc/self/ns/$n; done'],
      (spec: Spec) => {
        const linux = spec.linux ?? {};
        const others = linux.namespaces?.filter(({ type }) => !(type in paths)) ?? [];
        const joined = Object.entries(paths).map(([type, path]) => ({ type, path }) as never);
        spec.linux = { ...linux, namespaces: [...others, ...joined], sysctl: {} };
        if ('uts' in paths) delete spec.hostname;
        // A user namespace of one id has no group 5.
        for (const mount of spec.mounts ?? []) mount.options = mount.options?.filter((word) => word !== 'gid=5') ?? [];
      },
    );

  test('is joined', async () => {
    const bundle = await join({ network: plain.path('net'), uts: plain.path('uts'), ipc: plain.path('ipc') });
    const { code, stdout } = await slipway(['run', '--rm', '--config', bundle]);
    const expected = ['net', 'uts', 'ipc'].map((type) => readlinkSync(plain.path(type)));
    expect({ code, lines: stdout.split('\n').slice(0, 3) }).toEqual({ code: 0, lines: expected });
  });

  test('is joined when another user namespace owns it', async () => {
    const bundle = await join({ network: owned.path('net') });
    const { code, stdout } = await slipway(['run', '--rm', '--config', bundle]);
    expect({ code, first: stdout.split('\n')[0] }).toEqual({ code: 0, first: readlinkSync(owned.path('net')) });
  });

  test('is joined together with the user namespace that owns it', async () => {
    const paths = {
      user: owned.path('user'),
      network: owned.path('net'),
      uts: owned.path('uts'),
      ipc: owned.path('ipc'),
    };
    const { code, stdout, stderr } = await slipway(['run', '--rm', '--config', await join(paths)]);
    const expected = ['net', 'uts', 'ipc', 'user'].map((type) => readlinkSync(owned.path(type)));
    expect({ code, stderr, lines: stdout.trim().split('\n') }).toEqual({ code: 0, stderr: '', lines: expected });
  });

  test.each([
    ['/etc/passwd', 'is no namespace'],
    ['/dev/null', 'is no namespace'],
    ['/proc/self/ns/uts', 'is not a network namespace'],
    ['/nowhere', 'ENOENT'],
  ])('that is %s is refused', async (path, message) => {
    const { code, stderr } = await slipway(['run', '--rm', '--config', await join({ network: path })]);
    expect({ code, stderr }).toMatchObject({ code: 125, stderr: expect.stringContaining(message) });
  });
});
