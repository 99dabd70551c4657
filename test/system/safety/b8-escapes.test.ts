// B8, and ways out that were found elsewhere: chroot out of a chroot, a descriptor of a folder above, a path of dots. And
// what is left of a container that has tried to be too much to delete.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { homeOf, slipway } from '../slipway.ts';
import { until } from '../until.ts';
import { ordinaryUser, type User } from '../users.ts';
import { idle } from './idle.ts';
import { hasGcc, put, putProgram, rootfs, WITHOUT_GCC } from './traps.ts';

/** The classic: whoever is above their root is held by nothing, and walks up to where it all begins. */
const CHROOT_OUT = `
  #include <fcntl.h>
  #include <stdio.h>
  #include <sys/stat.h>
  #include <unistd.h>
  int main(void) {
    mkdir("/tmp/jail", 0755);
    int above = open("/", O_RDONLY);
    if (chroot("/tmp/jail") != 0) perror("chroot");
    fchdir(above);
    for (int i = 0; i < 100; i++) chdir("..");
    chroot(".");
    execl("/bin/ls", "ls", "-A", "/", NULL);
    return 1;
  }`;

const NEST = `
  #include <stdio.h>
  #include <sys/stat.h>
  #include <unistd.h>
  int main(void) {
    int depth = 0;
    for (chdir("/tmp"); depth < 3000; depth++) if (mkdir("deeper", 0700) != 0 || chdir("deeper") != 0) break;
    printf("%d\\n", depth);
    return 0;
  }`;

const USERS: [string, User | undefined][] = [
  ['root', undefined],
  ['an ordinary user', ordinaryUser()],
];

describe.runIf(hasGcc)(`B8: out of a root${WITHOUT_GCC}`, () => {
  const root = hasGcc ? rootfs() : '';
  if (hasGcc) putProgram(root, 'bin/out', CHROOT_OUT);
  if (hasGcc) put(root, 'this-is-the-container', '');

  test.each(USERS)('no chroot leads a container of %s', async (_, user) => {
    for (const flags of [[], ['--cap-add', 'ALL', '--security-opt', 'seccomp=unconfined']]) {
      const { stdout } = await slipway(['run', '--rm', ...flags, '--rootfs', root, 'out'], { user });
      expect(stdout.split('\n')).toContain('this-is-the-container');
    }
    await using _box = await idle('b8', ['--rootfs', root], { user });
    expect((await slipway(['exec', 'b8', 'out'], { user })).stdout.split('\n')).toContain('this-is-the-container');
  });
});

test.each(USERS)(
  'B8: dots, and the roots of its processes, lead a container of %s to its own root',
  async (_, user) => {
    const script =
      'for p in / /.. /../../../.. /proc/1/root /proc/self/root/.. /proc/1/cwd/../..; do stat -c %i $p/; done';
    const { stdout } = await slipway(['run', '--rm', 'box', 'sh', '-c', script], { user });
    expect(new Set(stdout.trim().split('\n')).size).toBe(1);
    expect(stdout.trim().split('\n')).toHaveLength(6);
  },
);

test('B8: nothing of the old root is left in the mount table', async () => {
  const { stdout } = await slipway(['run', '--rm', 'box', 'cat', '/proc/self/mountinfo']);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => line.split(' '));
  const ids = new Set(lines.map(([id]) => id));
  // Every mount lies on another one that is listed, but for the root.
  expect(lines.filter(([, parent]) => !ids.has(parent)).map((fields) => fields[4])).toEqual(['/']);
});

test.runIf(hasGcc).each(USERS)(
  `folders nested beyond every limit go with the container of %s${WITHOUT_GCC}`,
  async (_, user) => {
    const root = rootfs();
    putProgram(root, 'nest', NEST);
    const flags = ['-v', `${root}/nest:/nest:ro`, '-v', '/anonymous', '--ulimit', 'nofile=100:100'];
    const { stdout } = await slipway(['run', '--rm', ...flags, 'box', '/nest'], { user });
    expect(stdout).toBe('3000\n');
    const trash = join(homeOf(user).SLIPWAY_ROOT, 'trash');
    await until('its files to be gone', () => readdirSync(trash).length === 0);
  },
);
