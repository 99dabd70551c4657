// What is written where for a container's resources, on v1 and on v2, as tables.

import { describe, expect, test } from 'vitest';
import { CONTROLLERS } from '../../src/cgroups/controllers.ts';
import { sharesToWeight } from '../../src/cgroups/cpu.ts';
import { weightV2 } from '../../src/cgroups/io.ts';
import { swapAlone } from '../../src/cgroups/memory.ts';
import type { Resources } from '../../src/oci.ts';

/** `file value` of every controller. */
function written(version: 'v1' | 'v2', resources: Resources): string[] {
  return CONTROLLERS.flatMap((controller) => controller[version](resources)).map(
    ({ file, value }) => `${file} ${value}`,
  );
}

const disk = { major: 8, minor: 0 };
const MIB = 1024 * 1024;

const TABLE: [name: string, resources: Resources, v1: string[], v2: string[]][] = [
  ['nothing', {}, [], []],
  [
    'a quota',
    { cpu: { quota: 20_000, period: 50_000 } },
    ['cpu.cfs_period_us 50000', 'cpu.cfs_quota_us 20000'],
    ['cpu.max 20000 50000'],
  ],
  ['a quota alone', { cpu: { quota: 20_000 } }, ['cpu.cfs_quota_us 20000'], ['cpu.max 20000']],
  ['no quota', { cpu: { quota: -1 } }, ['cpu.cfs_quota_us -1'], ['cpu.max max']],
  [
    'processor time saved up',
    { cpu: { quota: 20_000, burst: 5000 } },
    ['cpu.cfs_quota_us 20000', 'cpu.cfs_burst_us 5000'],
    ['cpu.max 20000', 'cpu.max.burst 5000'],
  ],
  ['an idle cgroup, which has no weight', { cpu: { idle: 1, shares: 512 } }, ['cpu.idle 1'], ['cpu.idle 1']],
  [
    'one that is idle no more',
    { cpu: { idle: 0, shares: 1024 } },
    ['cpu.idle 0', 'cpu.shares 1024'],
    ['cpu.idle 0', 'cpu.weight 100'],
  ],
  ['shares', { cpu: { shares: 1024 } }, ['cpu.shares 1024'], ['cpu.weight 100']],
  [
    'processors',
    { cpu: { cpus: '0-1', mems: '0' } },
    ['cpuset.cpus 0-1', 'cpuset.mems 0'],
    ['cpuset.cpus 0-1', 'cpuset.mems 0'],
  ],
  ['memory', { memory: { limit: 64 * MIB } }, ['memory.limit_in_bytes 67108864'], ['memory.max 67108864']],
  [
    'no limit on memory',
    { memory: { limit: -1 } },
    ['memory.limit_in_bytes -1', 'memory.memsw.limit_in_bytes -1'],
    ['memory.max max'],
  ],
  [
    'memory and swap',
    { memory: { limit: 64 * MIB, swap: 96 * MIB } },
    ['memory.limit_in_bytes 67108864', 'memory.memsw.limit_in_bytes 100663296'],
    ['memory.max 67108864', 'memory.swap.max 33554432'],
  ],
  ['a reservation', { memory: { reservation: MIB } }, ['memory.soft_limit_in_bytes 1048576'], ['memory.low 1048576']],
  ['processes', { pids: { limit: 20 } }, ['pids.max 20'], ['pids.max 20']],
  ['no process more', { pids: { limit: 0 } }, ['pids.max 0'], ['pids.max 0']],
  ['no word on processes', { pids: {} }, [], []],
  ['any number of processes', { pids: { limit: -1 } }, ['pids.max max'], ['pids.max max']],
  [
    'disk rates',
    { blockIO: { throttleReadBpsDevice: [{ ...disk, rate: 1000 }], throttleWriteIOPSDevice: [{ ...disk, rate: 5 }] } },
    ['blkio.throttle.read_bps_device 8:0 1000', 'blkio.throttle.write_iops_device 8:0 5'],
    ['io.max 8:0 rbps=1000', 'io.max 8:0 wiops=5'],
  ],
  [
    'a disk weight',
    { blockIO: { weight: 500, weightDevice: [{ ...disk, weight: 10 }] } },
    ['blkio.bfq.weight 500', 'blkio.bfq.weight_device 8:0 10'],
    ['io.bfq.weight 500', 'io.weight default 4950', 'io.bfq.weight 8:0 10', 'io.weight 8:0 1'],
  ],
  [
    'a weight against children',
    { blockIO: { leafWeight: 100, weightDevice: [{ ...disk, leafWeight: 20 }] } },
    ['blkio.leaf_weight 100', 'blkio.leaf_weight_device 8:0 20'],
    ['blkio.leaf_weight 100', 'blkio.leaf_weight_device 8:0 20'],
  ],
  [
    'the class of packets, which v1 alone has',
    {
      network: {
        classID: 1_048_577,
        priorities: [
          { name: 'eth0', priority: 500 },
          { name: 'lo', priority: 0 },
        ],
      },
    },
    ['net_cls.classid 1048577', 'net_prio.ifpriomap eth0 500', 'net_prio.ifpriomap lo 0'],
    [],
  ],
  [
    'remote memory',
    { rdma: { mlx5_1: { hcaHandles: 3, hcaObjects: 10_000 }, rxe3: { hcaObjects: 5 } } },
    ['rdma.max mlx5_1 hca_handle=3 hca_object=10000', 'rdma.max rxe3 hca_object=5'],
    ['rdma.max mlx5_1 hca_handle=3 hca_object=10000', 'rdma.max rxe3 hca_object=5'],
  ],
  [
    'more than any number that a file takes',
    { memory: { limit: 2 ** 64 }, hugepageLimits: [{ pageSize: '1GB', limit: 2 ** 64 }] },
    [
      'memory.limit_in_bytes 9223372036854774784',
      'hugetlb.1GB.limit_in_bytes 9223372036854774784',
      'hugetlb.1GB.rsvd.limit_in_bytes 9223372036854774784',
    ],
    [
      'memory.max 9223372036854774784',
      'hugetlb.1GB.max 9223372036854774784',
      'hugetlb.1GB.rsvd.max 9223372036854774784',
    ],
  ],
  [
    'huge pages',
    { hugepageLimits: [{ pageSize: '2MB', limit: 4 * MIB }] },
    ['hugetlb.2MB.limit_in_bytes 4194304', 'hugetlb.2MB.rsvd.limit_in_bytes 4194304'],
    ['hugetlb.2MB.max 4194304', 'hugetlb.2MB.rsvd.max 4194304'],
  ],
  [
    'devices',
    {
      devices: [
        { allow: false, access: 'rwm' },
        { allow: true, type: 'c', major: 136, access: 'rw' },
      ],
    },
    ['devices.deny a', 'devices.allow c 136:* rw'],
    [],
  ],
];

describe('resources as files of a cgroup', () => {
  test.each(TABLE)('%s', (_name, resources, v1, v2) => {
    expect(written('v1', resources)).toEqual(v1);
    expect(written('v2', resources)).toEqual(v2);
  });

  test('an order that v1 cannot carry out is refused: to take back a part of what was given', () => {
    const devices = [
      { allow: false },
      { allow: true, type: 'c' as const, major: 1 },
      { allow: false, type: 'c' as const, major: 1, minor: 5 },
    ];
    expect(() => written('v1', { devices })).toThrow(/"deny c 1:5 rwm" takes back a part of "allow c 1:\* rwm"/);
    expect(() => written('v2', { devices })).not.toThrow();
  });

  test('the same rule again, or another device, is no such part', () => {
    const allow = { allow: true, type: 'c' as const, major: 1, minor: 3 };
    const devices = [{ allow: false }, allow, { ...allow, allow: false }, { ...allow, allow: false, minor: 5 }];
    expect(() => written('v1', { devices })).not.toThrow();
  });
});

describe('scales', () => {
  test.each([
    [1, 1],
    [2, 1],
    [1024, 100],
    [262_144, 10_000],
    [1_000_000, 10_000],
  ])('%i shares are a weight of %i', (shares, weight) => {
    expect(sharesToWeight(shares)).toBe(weight);
  });

  test('more shares are never a smaller weight', () => {
    const weights = Array.from({ length: 2000 }, (_, index) => sharesToWeight(2 + index * 131));
    expect(weights).toEqual([...weights].sort((a, b) => a - b));
  });

  test.each([
    [10, 1],
    [500, 4950],
    [1000, 10_000],
  ])('a disk weight of %i is %i on v2', (v1, v2) => {
    expect(weightV2(v1)).toBe(v2);
  });

  test.each([
    [100, 150, '50'],
    [100, 100, '0'],
    [100, -1, 'max'],
    [undefined, -1, 'max'],
  ])('memory %s and both %i leave swap %s', (limit, both, swap) => {
    expect(swapAlone(limit, both)).toBe(swap);
  });

  test('less for both than for memory alone is a mistake, and so is a sum without the part', () => {
    expect(() => swapAlone(100, 50)).toThrow(/limited to less than memory alone/);
    expect(() => swapAlone(undefined, 50)).toThrow(/needs a limit on memory/);
  });
});
