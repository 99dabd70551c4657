// Where the hierarchies are, read from the mount tables of real machines.

import { describe, expect, test } from 'vitest';
import { detectHierarchies, modeOf, parseMounts } from '../../src/cgroups/detect.ts';

const SYSTEMD_V2 =
  '35 24 0:30 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot';

const HYBRID = `
29 24 0:25 / /sys/fs/cgroup ro,nosuid,nodev,noexec shared:9 - tmpfs tmpfs ro,mode=755
30 29 0:26 / /sys/fs/cgroup/unified rw,nosuid,nodev,noexec,relatime shared:10 - cgroup2 cgroup2 rw
31 29 0:27 / /sys/fs/cgroup/systemd rw,relatime shared:11 - cgroup cgroup rw,xattr,name=systemd
34 29 0:30 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:15 - cgroup cgroup rw,cpu,cpuacct
35 29 0:31 / /sys/fs/cgroup/cpuset rw,relatime shared:16 - cgroup cgroup rw,cpuset,clone_children,release_agent=/x`;

const IN_DOCKER =
  '700 690 0:29 /docker/abc /sys/fs/cgroup/memory ro,nosuid,nodev,noexec,relatime master:14 - cgroup cgroup rw,memory';

describe('the mount table', () => {
  test('of a machine with v2 alone has one hierarchy', () => {
    expect(parseMounts(SYSTEMD_V2)).toEqual([{ version: 2, controllers: [], mountPoint: '/sys/fs/cgroup', root: '/' }]);
  });

  test('of a hybrid machine has v1 first, controllers that share a hierarchy, and no option taken for one', () => {
    expect(parseMounts(HYBRID).map(({ version, controllers }) => `${version} ${controllers}`)).toEqual([
      '1 name=systemd',
      '1 cpu,cpuacct',
      '1 cpuset',
      '2 ',
    ]);
  });

  test('of a machine with SELinux has no controller more', () => {
    const labelled = HYBRID.replace('rw,cpu,cpuacct', 'rw,seclabel,cpu,cpuacct').replace(
      'rw,cpuset',
      'rw,rootcontext=system_u:object_r:cgroup_t:s0,cpuset',
    );
    expect(parseMounts(labelled)).toEqual(parseMounts(HYBRID));
  });

  test('of a container says which part of the hierarchy is seen', () => {
    expect(parseMounts(IN_DOCKER)[0]?.root).toBe('/docker/abc');
  });

  test('counts a hierarchy that is mounted twice once, where it was mounted first', () => {
    const again = HYBRID.replaceAll('/sys/fs/cgroup', '/srv/other');
    expect(parseMounts(HYBRID + again)).toEqual(parseMounts(HYBRID));
  });

  test('of a machine without cgroups has none', () => {
    expect(parseMounts('21 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw')).toEqual([]);
  });
});

describe('what a machine has', () => {
  const hierarchy = (version: 1 | 2) => ({ version, controllers: [], mountPoint: '/x', ownFolder: '/x' });

  test.each([
    ['none', []],
    ['v1', [hierarchy(1)]],
    ['v2', [hierarchy(2)]],
    ['hybrid', [hierarchy(1), hierarchy(2)]],
  ])('%s', (mode, hierarchies) => {
    expect(modeOf(hierarchies)).toBe(mode);
  });

  test('is found on this one, with our own cgroup below each mount point', () => {
    for (const { mountPoint, ownFolder } of detectHierarchies()) expect(`${ownFolder}/`).toContain(`${mountPoint}/`);
  });
});
