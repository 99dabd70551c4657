// The table of what a container may ask for, as Docker has it, and of what each capability gives back.

import { describe, expect, test } from 'vitest';
import { CAPABILITIES, DOCKER_CAPABILITIES } from '../../src/security/capabilities.ts';
import { dockerProfile } from '../../src/security/profile.ts';
import { compile } from '../../src/security/seccomp.ts';
import { type Abi, syscallTable } from '../../src/security/syscalls.ts';
import { ALLOW, callByName, ENOSYS, EPERM, ERRNO, type Machine, run } from './seccomp-machine.ts';

type Answer = 'allowed' | 'EPERM' | 'ENOSYS';
const ANSWERS = new Map<number, Answer>([
  [ALLOW, 'allowed'],
  [ERRNO | EPERM, 'EPERM'],
  [ERRNO | ENOSYS, 'ENOSYS'],
]);

const without = compile(dockerProfile([], 'x86_64'), 'x86_64');
const withDocker = compile(dockerProfile(DOCKER_CAPABILITIES, 'x86_64'), 'x86_64');
const withAll = compile(dockerProfile(CAPABILITIES, 'x86_64'), 'x86_64');

function ask(program: Buffer, abi: Abi, name: string, ...args: (bigint | number)[]): Answer | undefined {
  return ANSWERS.get(run(program, callByName(abi, name, ...args)));
}

test.each<[name: string, docker: Answer, all: Answer]>([
  ['read', 'allowed', 'allowed'],
  ['ptrace', 'allowed', 'allowed'],
  ['process_vm_writev', 'allowed', 'allowed'],
  ['seccomp', 'allowed', 'allowed'],
  ['landlock_restrict_self', 'allowed', 'allowed'],
  ['chroot', 'allowed', 'allowed'],
  ['mknod', 'allowed', 'allowed'],
  ['modify_ldt', 'allowed', 'allowed'],
  ['mount', 'EPERM', 'allowed'],
  ['umount2', 'EPERM', 'allowed'],
  ['move_mount', 'EPERM', 'allowed'],
  ['open_tree', 'EPERM', 'allowed'],
  ['fsopen', 'EPERM', 'allowed'],
  ['unshare', 'EPERM', 'allowed'],
  ['setns', 'EPERM', 'allowed'],
  ['clone3', 'ENOSYS', 'allowed'],
  ['bpf', 'EPERM', 'allowed'],
  ['perf_event_open', 'EPERM', 'allowed'],
  ['open_by_handle_at', 'EPERM', 'allowed'],
  ['fanotify_init', 'EPERM', 'allowed'],
  ['init_module', 'EPERM', 'allowed'],
  ['reboot', 'EPERM', 'allowed'],
  ['settimeofday', 'EPERM', 'allowed'],
  ['sethostname', 'EPERM', 'allowed'],
  ['iopl', 'EPERM', 'allowed'],
  ['acct', 'EPERM', 'allowed'],
  ['mbind', 'EPERM', 'allowed'],
  ['kcmp', 'EPERM', 'allowed'],
  ['vhangup', 'EPERM', 'allowed'],
  ['syslog', 'EPERM', 'allowed'],
  ['keyctl', 'EPERM', 'EPERM'],
  ['add_key', 'EPERM', 'EPERM'],
  ['request_key', 'EPERM', 'EPERM'],
  ['kexec_load', 'EPERM', 'EPERM'],
  ['kexec_file_load', 'EPERM', 'EPERM'],
  ['io_uring_setup', 'EPERM', 'EPERM'],
  ['io_uring_enter', 'EPERM', 'EPERM'],
  ['io_uring_register', 'EPERM', 'EPERM'],
  ['userfaultfd', 'EPERM', 'EPERM'],
  ['pivot_root', 'EPERM', 'EPERM'],
  ['swapon', 'EPERM', 'EPERM'],
  ['move_pages', 'EPERM', 'EPERM'],
  ['nfsservctl', 'EPERM', 'EPERM'],
  ['uselib', 'EPERM', 'EPERM'],
  ['open_tree_attr', 'ENOSYS', 'ENOSYS'],
  ['file_setattr', 'ENOSYS', 'ENOSYS'],
])('%s is %s with the capabilities of Docker, and %s with all', (name, docker, all) => {
  expect([ask(withDocker, 'x86_64', name), ask(withAll, 'x86_64', name)]).toEqual([docker, all]);
});

/** Each call is given back by each of these capabilities, alone. */
describe.each([
  ['CAP_BPF', 'bpf'],
  ['CAP_DAC_READ_SEARCH', 'open_by_handle_at'],
  ['CAP_PERFMON', 'perf_event_open'],
  ['CAP_SYSLOG', 'syslog'],
  ['CAP_SYS_ADMIN', 'bpf clone3 fsopen mount perf_event_open setns syslog unshare'],
  ['CAP_SYS_BOOT', 'reboot'],
  ['CAP_SYS_CHROOT', 'chroot'],
  ['CAP_SYS_MODULE', 'delete_module finit_module init_module'],
  ['CAP_SYS_NICE', 'get_mempolicy mbind set_mempolicy set_mempolicy_home_node'],
  ['CAP_SYS_PACCT', 'acct'],
  ['CAP_SYS_PTRACE', 'kcmp pidfd_getfd process_madvise'],
  ['CAP_SYS_RAWIO', 'ioperm iopl'],
  ['CAP_SYS_TIME', 'clock_settime settimeofday'],
  ['CAP_SYS_TTY_CONFIG', 'vhangup'],
])('%s', (capability, names) => {
  const program = compile(dockerProfile([capability], 'x86_64'), 'x86_64');

  test.each(names.split(' '))('gives back %s', (name) => {
    expect([ask(without, 'x86_64', name), ask(program, 'x86_64', name)]).not.toContain(undefined);
    expect(ask(without, 'x86_64', name)).not.toBe('allowed');
    expect(ask(program, 'x86_64', name)).toBe('allowed');
  });
});

test('no capability takes anything away', () => {
  for (const { name } of syscallTable('x86_64')) {
    if (ask(without, 'x86_64', name) === 'allowed')
      expect([name, ask(withAll, 'x86_64', name)]).toEqual([name, 'allowed']);
  }
});

describe.each<[Machine, Abi]>([
  ['x86_64', 'x86_64'],
  ['x86_64', 'x32'],
  ['x86_64', 'i386'],
  ['arm64', 'arm64'],
  ['arm64', 'arm'],
])('on %s, for programs of %s', (machine, abi) => {
  const program = compile(dockerProfile(DOCKER_CAPABILITIES, machine), machine);
  const answers = (name: string, values: (bigint | number)[]) => values.map((value) => ask(program, abi, name, value));

  test('clone makes threads and processes, but no namespace', () => {
    const [thread, vfork, fork] = [0x3d0f00, 0x4111, 0x1200011];
    expect(answers('clone', [thread, vfork, fork])).toEqual(Array(3).fill('allowed'));
    const newNamespace = [0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000];
    expect(
      answers(
        'clone',
        newNamespace.map((flag) => flag | fork),
      ),
    ).toEqual(Array(7).fill('EPERM'));
  });

  test('personality knows only Linux', () => {
    expect(answers('personality', [0, 8, 0x20000, 0x20008, 0xffffffff])).toEqual(Array(5).fill('allowed'));
    const wrong = [1, 0x40000, 0x400000, 0x20009, 0xdeadbeef, 0x1_dead_beefn];
    expect(answers('personality', wrong)).toEqual(Array(wrong.length).fill('EPERM'));
  });

  test('socket has every family but AF_ALG and AF_VSOCK', () => {
    const families = [...Array(46).keys()];
    const denied = families.filter((family) => ask(program, abi, 'socket', family, 1, 0) !== 'allowed');
    expect(denied).toEqual([38, 40]);
  });

  test('socket has not those two by any number that the kernel cuts down to theirs', () => {
    const uppers = [0n, 1n, 0x8000_0000n, 0xffff_ffffn].map((upper) => upper << 32n);
    const numbers = uppers.flatMap((upper) => [upper + 38n, upper + 40n]);
    expect(answers('socket', numbers)).toEqual(numbers.map(() => 'EPERM'));
  });

  test('the calls to open, read, start and end a program are there', () => {
    for (const name of ['openat', 'read', 'execve', 'exit_group', 'futex', 'rt_sigreturn', 'getrandom']) {
      expect([name, ask(program, abi, name)]).toEqual([name, 'allowed']);
    }
  });

  test('mount, unshare, keyctl, bpf and io_uring are not', () => {
    for (const name of ['mount', 'umount2', 'unshare', 'setns', 'keyctl', 'bpf', 'io_uring_setup', 'pivot_root']) {
      expect([name, ask(program, abi, name)]).toEqual([name, 'EPERM']);
    }
    expect(ask(program, abi, 'clone3')).toBe('ENOSYS');
  });
});

test.each<[Abi, Machine, allowed: number, of: number]>([
  ['x86_64', 'x86_64', 309, 385],
  ['i386', 'x86_64', 360, 461],
  ['arm64', 'arm64', 267, 327],
])('%s on %s may make %i of %i calls with the capabilities of Docker', (abi, machine, allowed, of) => {
  const program = compile(dockerProfile(DOCKER_CAPABILITIES, machine), machine);
  const all = syscallTable(abi);
  expect([all.filter(({ name }) => ask(program, abi, name) === 'allowed').length, all.length]).toEqual([allowed, of]);
});
