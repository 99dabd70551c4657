// C10: a container sets kernel settings of its own namespaces, and of nobody else's.

import { readFileSync, statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { slipway } from '../slipway.ts';
import { ordinaryUser } from '../users.ts';
import { idle } from './idle.ts';
import { rootfs, scratchSpec } from './traps.ts';

const pathOf = (key: string) => `/proc/sys/${key.replaceAll('.', '/')}`;
const read = (key: string) => {
  const isFile = statSync(pathOf(key), { throwIfNoEntry: false })?.isFile();
  return isFile ? readFileSync(pathOf(key), 'utf8').trim() : 'x';
};

describe('C10: a setting', () => {
  test.each([
    ['net.ipv4.ip_forward', '1'],
    ['net.core.somaxconn', '77'],
    ['kernel.msgmax', '4096'],
    ['kernel.shm_rmid_forced', '1'],
    ['fs.mqueue.msg_max', '5'],
    ['kernel.domainname', 'example.org'],
  ])('of its own namespaces is its own: %s', async (key, value) => {
    const before = read(key);
    const { stdout } = await slipway([
      'run',
      '--rm',
      '--sysctl',
      `${key}=${value}`,
      'box',
      'cat',
      `/proc/sys/${key.replaceAll('.', '/')}`,
    ]);
    expect(stdout.trim()).toBe(value);
    expect(read(key)).toBe(before);
  });

  test.each([
    'kernel.core_pattern',
    'kernel.hostname',
    'kernel.printk',
    'vm.overcommit_memory',
    'fs.file-max',
    'kernel.msgmax/../core_pattern',
    'net/../kernel/core_pattern',
    'net.ipv4.../../kernel/core_pattern',
    'net/ipv4/../../kernel/core_pattern',
    '..',
    'net',
    'fs.mqueue',
    'fs.mqueue.../x',
  ])('of the whole machine is refused: %s', async (key) => {
    // Should it be written all the same, it is with what is there already.
    const value = read(key.includes('core_pattern') ? 'kernel.core_pattern' : key);
    const { code, stderr } = await slipway(['run', '--rm', '--sysctl', `${key}=${value}`, 'box', 'true']);
    expect({ code, stderr }).toMatchObject({ code: 125, stderr: expect.stringContaining('sysctl') });
  });

  test.each<[string, string[]]>([
    ['net.ipv4.ip_forward=1', ['--network', 'host']],
    ['kernel.msgmax=4096', ['--ipc', 'host']],
    ['kernel.domainname=x', ['--uts', 'host']],
  ])('of a namespace that is the host’s is refused: %s', async (setting, flags) => {
    const { code, stderr } = await slipway(['run', '--rm', ...flags, '--sysctl', setting, 'box', 'true']);
    expect({ code, stderr }).toMatchObject({ code: 125, stderr: expect.stringContaining('namespace') });
  });

  test("of a namespace whose path is the host's is refused", async () => {
    const bundle = await scratchSpec(['--rootfs', rootfs(), 'true'], ({ linux = {} }) => {
      linux.namespaces =
        linux.namespaces?.map((each) => (each.type === 'network' ? { ...each, path: '/proc/self/ns/net' } : each)) ??
        [];
      linux.sysctl = { 'net.ipv4.ip_forward': '1' };
    });
    const before = read('net.ipv4.ip_forward');
    const { code, stderr } = await slipway(['run', '--rm', '--config', bundle]);
    expect({ code, stderr }).toMatchObject({ code: 125, stderr: expect.stringContaining('linux.sysctl') });
    expect(read('net.ipv4.ip_forward')).toBe(before);
  });

  test('of an ordinary user is their own too', async () => {
    const args = ['run', '--rm', '--sysctl', 'net.core.somaxconn=77', 'box', 'cat', '/proc/sys/net/core/somaxconn'];
    expect((await slipway(args, { user: ordinaryUser() })).stdout).toBe('77\n');
  });

  test('cannot be changed from inside', async () => {
    const script = 'echo 1 2>&1 > /proc/sys/net/ipv4/ip_forward';
    const { stdout } = await slipway(['run', '--rm', 'box', 'sh', '-c', script]);
    expect(stdout).toContain('Read-only file system');
    await using _box = await idle('c10');
    expect((await slipway(['exec', 'c10', 'sh', '-c', script])).code).not.toBe(0);
  });
});
