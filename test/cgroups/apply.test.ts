// What becomes of a limit whose controller cannot be had: a user without root has no cgroup at all.

import { describe, expect, test } from 'vitest';
import { applyResources } from '../../src/cgroups/apply.ts';
import type { Hierarchy } from '../../src/cgroups/detect.ts';
import type { Resources } from '../../src/oci.ts';

const hierarchy = (version: 1 | 2, controllers: string[]): Hierarchy => ({
  version,
  controllers,
  mountPoint: '/x',
  ownFolder: '/x',
});
const V1 = [hierarchy(1, ['cpu', 'cpuacct']), hierarchy(1, ['memory']), hierarchy(1, ['blkio'])];
const V2 = [hierarchy(2, ['cpu', 'memory', 'io'])];

describe.each([
  ['v1', V1],
  ['v2', V2],
])('without a cgroup, on %s', (_, machine) => {
  test.each<[string, Resources]>([
    ['cpu', { cpu: { shares: 512 } }],
    ['cpu', { cpu: { realtimeRuntime: 5000 } }],
    ['memory', { memory: { limit: 1e8, swap: 2e8 } }],
    ['blkio', { blockIO: { weight: 300 } }],
    ['blkio', { blockIO: { weightDevice: [{ major: 8, minor: 0, weight: 300 }] } }],
  ])('that a limit on %s is lost is said', (controller, resources) => {
    expect(applyResources([], resources, machine)).toEqual([
      `a limit on ${controller} (it needs root, or a cgroup with that controller delegated to you) cannot be had here: it is left out`,
    ]);
  });

  test('what nobody asked for, and rules for devices, are no loss', () => {
    expect(applyResources([], { devices: [{ allow: false }], cpu: { shares: 0 } }, machine)).toEqual([]);
  });

  test('a controller that the kernel does not have at all is a mistake', () => {
    expect(() => applyResources([], { pids: { limit: 5 } }, machine)).toThrow(/kernel has no pids controller/);
  });
});

test.each(['procs', 'threads', 'kill', 'freeze'])('unified may not name cgroup.%s, which acts on processes', (word) => {
  expect(() => applyResources([], { unified: { 'memory.high': '1', [`cgroup.${word}`]: '1' } }, V2)).toThrow(
    `unified: cgroup.${word} is no limit`,
  );
});
