// A6: a container has a session keyring of its own, and does not see the keys of whoever started it.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SLIPWAY, slipway, spawnOptions } from '../slipway.ts';
import { ordinaryUser, type User } from '../users.ts';
import { idle } from './idle.ts';
import { hasGcc, putProgram, rootfs, WITHOUT_GCC } from './traps.ts';

/** `add`, `search`, or `serial` of the session keyring: prints the number of a key, or what went wrong. */
const KEYS = `
  #include <errno.h>
  #include <linux/keyctl.h>
  #include <stdio.h>
  #include <string.h>
  #include <sys/syscall.h>
  #include <unistd.h>
  int main(int argc, char **argv) {
    long key = -1;
    if (!strcmp(argv[1], "add")) {
      key = syscall(SYS_add_key, "user", "slipway-test", "secret", 6, KEY_SPEC_SESSION_KEYRING);
      printf("%s\\n", key < 0 ? strerror(errno) : "added"); fflush(stdout);
      if (argc > 2) execv(argv[2], argv + 2);
      return 0;
    }
    if (!strcmp(argv[1], "search")) key = syscall(SYS_keyctl, KEYCTL_SEARCH, KEY_SPEC_SESSION_KEYRING, "user", "slipway-test", 0);
    if (!strcmp(argv[1], "serial")) key = syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0);
    if (key < 0) printf("%s\\n", strerror(errno)); else printf("%ld\\n", key);
    return 0;
  }`;

describe.runIf(hasGcc)(`A6: keys${WITHOUT_GCC}`, () => {
  const root = hasGcc ? rootfs() : '';
  if (hasGcc) putProgram(root, 'bin/keys', KEYS);
  const OPEN = ['--security-opt', 'seccomp=unconfined'];

  test.each<[string, User | undefined]>([
    ['root', undefined],
    ['an ordinary user', ordinaryUser()],
  ])('of the session of %s are not found inside, not even without a filter', (_, user) => {
    const command = [SLIPWAY, 'run', '--rm', ...OPEN, '--rootfs', root, 'keys', 'search'];
    const options = { ...spawnOptions({ user }), encoding: 'utf8' } as const;
    // A session of its own, so that the key is gone with the test.
    const script = `exec 2>&1; ${join(root, 'bin/keys')} add ${command.join(' ')}`;
    const { stdout } = spawnSync('setsid', ['sh', '-c', script], options);
    expect(stdout).toBe('added\nRequired key not available\n');
  });

  test('of one container are not found by another; exec is in the keyring of its container', async () => {
    await using _box = await idle('a6', [...OPEN, '--rootfs', root]);
    expect((await slipway(['exec', 'a6', 'keys', 'add'])).stdout).toBe('added\n');
    expect((await slipway(['exec', 'a6', 'keys', 'search'])).stdout).toMatch(/^\d+\n$/);
    expect((await slipway(['run', '--rm', ...OPEN, '--rootfs', root, 'keys', 'search'])).stdout).toMatch(
      /not available/,
    );
  });

  test("under Docker's filter there are no keys at all, and /proc/keys is masked", async () => {
    const run = async (...args: string[]) => (await slipway(['run', '--rm', '--rootfs', root, ...args])).stdout;
    for (const what of ['add', 'search', 'serial']) expect(await run('keys', what)).toBe('Operation not permitted\n');
    expect(await run('cat', '/proc/keys')).toBe('');
  });
});
