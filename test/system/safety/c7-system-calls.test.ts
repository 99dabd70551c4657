// C7, C8: which system calls a program in a container may make, tried from inside, by every way into a container. That
// the filter is right for each of some hundred calls and every way into the kernel is for seccomp.test.ts to show.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { machine } from '../../../src/linux/door.ts';
import { type Abi, syscallTable } from '../../../src/security/syscalls.ts';
import { slipway } from '../slipway.ts';
import { ordinaryUser, type User } from '../users.ts';
import { idle } from './idle.ts';
import { hasGcc, putProgram, rootfs, WITHOUT_GCC } from './traps.ts';

const [EPERM, ENOSYS, EBADF] = ['1', '38', '9'];

const DENIED: [way: Abi, name: string, first: number, errno: string | undefined][] = [
  [machine, 'mount', -1, EPERM],
  [machine, 'umount2', -1, EPERM],
  [machine, 'pivot_root', -1, EPERM],
  [machine, 'open_tree', -1, EPERM],
  [machine, 'move_mount', -1, EPERM],
  [machine, 'fsopen', -1, EPERM],
  [machine, 'mount_setattr', -1, EPERM],
  [machine, 'unshare', 0x10000000, EPERM],
  [machine, 'setns', -1, EPERM],
  [machine, 'clone', 0x10000011, EPERM],
  [machine, 'clone3', 0, ENOSYS],
  [machine, 'keyctl', 0, EPERM],
  [machine, 'add_key', -1, EPERM],
  [machine, 'request_key', -1, EPERM],
  [machine, 'bpf', 0, EPERM],
  [machine, 'perf_event_open', 0, EPERM],
  [machine, 'kexec_load', 0, EPERM],
  [machine, 'init_module', -1, EPERM],
  [machine, 'open_by_handle_at', -1, EPERM],
  [machine, 'io_uring_setup', 1, EPERM],
  [machine, 'userfaultfd', 0, EPERM],
  [machine, 'personality', 0xdeadbeef, EPERM],
  [machine, 'socket', 38, EPERM],
  [machine, 'socket', 40, EPERM],
  [machine, 'swapon', -1, EPERM],
  [machine, 'settimeofday', 1, EPERM],
  [machine, 'acct', -1, EPERM],
  [machine, 'syslog', 3, EPERM],
  [machine, 'close', -1, EBADF], // the probe works
];
const OTHER_WAYS: typeof DENIED =
  machine === 'x86_64'
    ? [
        ['i386', 'mount', -1, EPERM],
        ['i386', 'unshare', 0x10000000, EPERM],
        ['i386', 'keyctl', 0, EPERM],
        ['i386', 'clone3', 0, ENOSYS],
        ['x32', 'mount', -1, EPERM],
        ['x32', 'unshare', 0x10000000, EPERM],
      ]
    : [];
const PROBES = [...DENIED, ...OTHER_WAYS];

const numberOf = (abi: Abi, name: string) => syscallTable(abi).find((syscall) => syscall.name === name)?.number;
const WORDS = PROBES.flatMap(([way, name, first]) => [
  way === machine ? 'native' : way,
  `${numberOf(way, name)}`,
  `${first}`,
]);
const COMMAND = ['sh', '-c', 'probe /dev/stdout "$@"', 'sh', ...WORDS];

const label = ([way, name, first]: (typeof PROBES)[number], errno: string | undefined) =>
  `${way} ${name}(${first}): ${errno}`;
const named = (stdout: string) => {
  const answers = stdout.trimEnd().split('\n');
  return PROBES.map((probe, index) => label(probe, answers[index]));
};
const EXPECTED = PROBES.map((probe) => label(probe, probe[3]));

describe.runIf(hasGcc)(`C7, C8: system calls${WITHOUT_GCC}`, () => {
  const root = hasGcc ? rootfs() : '';
  if (hasGcc) putProgram(root, 'bin/probe', readFileSync(join(import.meta.dirname, '../seccomp-probe.c'), 'utf8'));

  test.each<[string, string[], User | undefined]>([
    ['root', [], undefined],
    ['another user', ['-u', '1000'], undefined],
    ['root with no-new-privileges', ['--security-opt', 'no-new-privileges'], undefined],
    ['another user with no-new-privileges', ['-u', '1000', '--security-opt', 'no-new-privileges'], undefined],
    ['root in a user namespace', ['--userns', 'private'], undefined],
    ['an ordinary user', [], ordinaryUser()],
  ])('are denied to %s as they are by Docker', async (_, flags, user) => {
    const { stdout } = await slipway(['run', '--rm', ...flags, '--rootfs', root, ...COMMAND], { user });
    expect(named(stdout)).toEqual(EXPECTED);
  });

  test('are denied to what exec brings in', async () => {
    await using _box = await idle('c7', ['--rootfs', root]);
    expect(named((await slipway(['exec', 'c7', ...COMMAND])).stdout)).toEqual(EXPECTED);
    expect(named((await slipway(['exec', '-u', '1000', 'c7', ...COMMAND])).stdout)).toEqual(EXPECTED);
  });

  test('are not denied to one who is privileged, or wants no filter', async () => {
    const run = async (flag: string[]) =>
      named((await slipway(['run', '--rm', ...flag, '--rootfs', root, ...COMMAND])).stdout);
    const isDenied = (lines: string[], name: string) => lines.includes(`${machine} ${name}: ${EPERM}`);
    const free = await run(['--privileged']);
    for (const call of ['unshare(268435456)', 'personality(3735928559)'])
      expect(isDenied(free, call), call).toBe(false);
    // Without a filter there still is what the capabilities forbid.
    const unfiltered = await run(['--security-opt', 'seccomp=unconfined']);
    expect(isDenied(unfiltered, 'personality(3735928559)')).toBe(false);
    expect(isDenied(unfiltered, 'unshare(268435456)')).toBe(false);
    expect(isDenied(unfiltered, 'acct(-1)')).toBe(true);
  });
});
