// config.json's `linux.resources` and `linux.devices`: what stands in the files of the container's cgroup, and what it may.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { detectHierarchies } from '../../../src/cgroups/detect.ts';
import type { Device, DeviceRule, Resources } from '../../../src/oci.ts';
import { type BundleFolder, type Change, makeBundle, noRunc } from '../bundles.ts';

let bundle: BundleFolder;

beforeAll(async () => {
  bundle = await makeBundle();
});

const hierarchies = detectHierarchies();
const folderOf = (controller: string) =>
  hierarchies.find(({ controllers }) => controllers.includes(controller))?.mountPoint;
const isV1 = hierarchies.some(({ version, controllers }) => version === 1 && controllers.includes('memory'));

const withResources =
  (resources: Resources): Change =>
  (spec) => {
    spec.linux = { ...spec.linux, resources };
    spec.mounts?.push({ destination: '/sys/fs/cgroup', type: 'cgroup', source: 'cgroup', options: ['ro'] });
  };

async function outputOf(change: Change, line: string): Promise<string> {
  const { code, stdout, stderr } = await bundle.run(change, line);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

describe('limits', () => {
  test('of processor time: burst and idle', async () => {
    const change = withResources({ cpu: { quota: 20_000, period: 100_000, burst: 5000, idle: 1, shares: 512 } });
    const line = isV1
      ? `cat ${folderOf('cpu')}/cpu.cfs_burst_us ${folderOf('cpu')}/cpu.idle`
      : `cat ${folderOf('cpu')}/cpu.max.burst ${folderOf('cpu')}/cpu.idle`;
    expect(await outputOf(change, line)).toBe('5000\n1\n');
  });

  test('of processes may be 0: nothing can be forked', async () => {
    const { stdout, stderr } = await bundle.run(withResources({ pids: { limit: 0 } }), 'echo one; ls; echo two');
    expect({ stdout, stderr }).toEqual({
      stdout: 'one\n',
      stderr: "sh: can't fork: Resource temporarily unavailable\n",
    });
  });

  test.skipIf(folderOf('hugetlb') === undefined)('of huge pages, reserved ones too, and by unified', async () => {
    const change = withResources({
      hugepageLimits: [{ pageSize: '2MB', limit: 4_194_304 }],
      unified: { 'hugetlb.1GB.max': '1073741824' },
    });
    const line = `cd ${folderOf('hugetlb')}; cat hugetlb.2MB.max hugetlb.2MB.rsvd.max hugetlb.1GB.max`;
    expect(await outputOf(change, line)).toBe('4194304\n4194304\n1073741824\n');
  });

  test('that the kernel has given up are left out with a word', async () => {
    const change = withResources({
      memory: { limit: 67_108_864, kernel: 33_554_432, useHierarchy: false, checkBeforeUpdate: true },
      blockIO: { leafWeight: 100 },
    });
    const { code, stderr } = await bundle.run(change, 'true');
    expect(code).toBe(0);
    expect(stderr.split('\n').map((line) => line.replace(/\(.*\)/, '()'))).toEqual([
      'slipway: an I/O weight against child cgroups () cannot be had here: it is left out',
      'slipway: a limit on kernel memory alone () cannot be had here: it is left out',
      'slipway: memory that does not count for the cgroup above () cannot be had here: it is left out',
      '',
    ]);
  });

  test.each<[string, Resources]>([
    ['net_cls', { network: { classID: 5 } }],
    ['net_prio', { network: { priorities: [{ name: 'lo', priority: 1 }] } }],
    ['rdma', { rdma: { mlx5_1: { hcaHandles: 3 } } }],
  ])('of the controller %s need it', async (controller, resources) => {
    if (folderOf(controller) !== undefined) return expect(await outputOf(withResources(resources), 'true')).toBe('');
    const { code, stderr } = await bundle.run(withResources(resources), 'true');
    expect({ code, stderr }).toEqual({
      code: 125,
      stderr: `slipway: this machine's kernel has no ${controller} controller: the limit cannot be set\n`,
    });
  });
});

describe('rules for devices', () => {
  // A device that no container has by itself, and one that each has.
  const line =
    'mknod /tmp/fuse c 10 229; (: < /tmp/fuse) 2>/dev/null && echo may; rm /tmp/fuse; : < /dev/null && echo fine';
  const toRules =
    (devices: DeviceRule[] | undefined): Change =>
    (spec) => {
      spec.linux = { ...spec.linux, resources: devices ? { devices } : {} };
    };
  const fuse: DeviceRule = { allow: true, type: 'c', major: 10, minor: 229, access: 'r' };
  const rules: [string, DeviceRule[] | undefined, string][] = [
    ['without any', undefined, ''],
    ['that begin without a word for all', [{ ...fuse, minor: 7 }], ''],
    ['that deny all', [{ allow: false, access: 'rwm' }], ''],
    ['that name it', [{ allow: false, access: 'rwm' }, fuse], 'may\n'],
    ['that name all minors by -1', [{ ...fuse, minor: -1 }], 'may\n'],
    ['that name all minors by silence', [{ allow: true, type: 'c', major: 10, access: 'r' }], 'may\n'],
    ['that allow all', [{ allow: true, type: 'a', access: 'rwm' }], 'may\n'],
  ];

  test.each(rules)('%s: it may be opened only where one says so', async (_, devices, outcome) => {
    expect(await outputOf(toRules(devices), line)).toBe(`${outcome}fine\n`);
  });

  test.skipIf(noRunc).each(rules)('%s are read by runc as by us', (_, devices, outcome) => {
    expect(bundle.runc(toRules(devices), line).stdout).toBe(`${outcome}fine\n`);
  });
});

describe('device nodes', () => {
  const withDevices =
    (...devices: Device[]): Change =>
    (spec) => {
      spec.linux = { ...spec.linux, devices };
    };
  const fuse: Device = { type: 'c', path: '/dev/fuse', major: 10, minor: 229 };

  test('are there with owner and mode, anywhere in the root', async () => {
    const change = withDevices(
      { ...fuse, fileMode: 0o20640, uid: 5, gid: 6 },
      { type: 'p', path: '/dev/pipe', fileMode: 0o600 },
      { type: 'u', path: '/opt/far/null', major: 1, minor: 3 },
    );
    const said = await outputOf(change, 'stat -c "%F %a %u %g %t:%T" /dev/fuse /dev/pipe /opt/far/null');
    expect(said).toBe('character special file 640 5 6 a:e5\nfifo 600 0 0 0:0\ncharacter special file 666 0 0 1:3\n');
  });

  test('do not take the place of another file', async () => {
    writeFileSync(join(bundle.rootfs, 'plain'), 'mine');
    const { code, stderr } = await bundle.run(withDevices({ ...fuse, path: '/plain' }), 'true');
    expect({ code, stderr }).toEqual({
      code: 125,
      stderr: 'slipway: /plain is in the root already, and is not that device\n',
    });
  });
});
