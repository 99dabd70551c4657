// Filters under the real kernel. The unit tests run them in a machine of ours; here it is the kernel that has to agree,
// for every system call and each way to make it.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { CLONE_NEWIPC, PR_SET_NO_NEW_PRIVS } from '../../src/linux/constants.ts';
import { SECCOMP_SET_MODE_FILTER, seccomp } from '../../src/linux/credentials.ts';
import { bind, machine, outcome } from '../../src/linux/door.ts';
import { fork } from '../../src/linux/fork.ts';
import { unshare } from '../../src/linux/namespaces.ts';
import { _exit, execve, prctl, waitpid } from '../../src/linux/process.ts';
import { CAPABILITIES, DOCKER_CAPABILITIES } from '../../src/security/capabilities.ts';
import { dockerProfile } from '../../src/security/profile.ts';
import { compile } from '../../src/security/seccomp.ts';
import { filterFlags } from '../../src/security/seccomp-flags.ts';
import { type Abi, syscallTable } from '../../src/security/syscalls.ts';
import { inChild } from '../in-child.ts';
import { isMissing } from '../linux/missing.ts';
import { ALLOW, call, ERRNO, KILL_PROCESS, run } from '../security/seccomp-machine.ts';

const EPERM = 1;
const ENOSYS = 38;
const EBADF = 9;

/** As a container's init does, but without a container. */
function load(filter: Buffer): void {
  prctl(PR_SET_NO_NEW_PRIVS, 1);
  seccomp(SECCOMP_SET_MODE_FILTER, 0, filter);
}

function numberOf(abi: Abi, name: string): number {
  const number = syscallTable(abi).find((syscall) => syscall.name === name)?.number;
  if (number === undefined) throw new Error(`${abi} has no ${name}`);
  return number;
}

describe("a process under Docker's profile", () => {
  const raw = bind('long syscall(long number, long a, long b, long c, long d, long e, long f)');
  const attempt = (name: string, first: number) => -outcome(raw(numberOf(machine, name), first, -1, -1, -1, -1, -1));

  test.each<[name: string, first: number, errno: number]>([
    ['mount', -1, EPERM],
    ['unshare', 0x10000000, EPERM],
    ['setns', -1, EPERM],
    ['clone', 0x10000011, EPERM],
    ['clone3', 0, ENOSYS],
    ['keyctl', 0, EPERM],
    ['add_key', -1, EPERM],
    ['bpf', 0, EPERM],
    ['kexec_load', 0, EPERM],
    ['open_by_handle_at', -1, EPERM],
    ['io_uring_setup', 1, EPERM],
    ['userfaultfd', 0, EPERM],
    ['perf_event_open', 0, EPERM],
    ['pivot_root', -1, EPERM],
    ['personality', 0xdeadbeef, EPERM],
    ['socket', 38, EPERM],
    ['socket', 40, EPERM],
    ['socket', 2 ** 32 + 38, EPERM],
    ['socket', 2 ** 32 + 40, EPERM],
    ['file_setattr', -1, ENOSYS],
    ['close', -1, EBADF],
  ])('that calls %s(%i, …) gets errno %i', (name, first, errno) => {
    const filter = compile(dockerProfile(DOCKER_CAPABILITIES, machine));
    const answer = inChild(() => {
      load(filter);
      return attempt(name, first);
    });
    expect(answer).toBe(errno);
  });
});

test.each([
  ['the usual', undefined],
  ['none', []],
  ['all', ['SPEC_ALLOW', 'LOG', 'TSYNC', 'WAIT_KILLABLE_RECV'].map((name) => `SECCOMP_FILTER_FLAG_${name}`)],
])('the kernel takes a filter with these flags: %s', (_, flags) => {
  const seccompProfile = { ...dockerProfile([], machine), ...(flags ? { flags } : {}) };
  const filter = compile(seccompProfile);
  const mode = inChild(() => {
    prctl(PR_SET_NO_NEW_PRIVS, 1);
    seccomp(SECCOMP_SET_MODE_FILTER, filterFlags(seccompProfile), filter);
    return readFileSync('/proc/self/status', 'utf8').match(/^Seccomp:\t(\d)$/m)?.[1];
  });
  expect(mode).toBe('2');
});

const folder = mkdtempSync(join(tmpdir(), 'slipway-seccomp-'));
afterAll(() => rmSync(folder, { recursive: true }));
const binary = join(folder, 'probe');

/** Builds the program that makes the calls. */
function buildProbe(): boolean {
  const source = join(import.meta.dirname, 'seccomp-probe.c');
  return spawnSync('cc', ['-O1', '-o', binary, source], { stdio: 'inherit' }).status === 0;
}

const lacksProbe = isMissing('C compiler to enter the kernel in other ways', buildProbe());

interface Probe {
  abi: Abi;
  number: number;
  first: number;
}

/** Makes the calls, under a filter if one is given. @returns for each `0`, an errno, or `signal N`. */
function probe(probes: readonly Probe[], filter?: Buffer): string[] {
  const output = join(folder, 'output');
  const words = probes.flatMap(({ abi, number, first }) => [abi === machine ? 'native' : abi, `${number}`, `${first}`]);
  const pid = fork();
  if (pid === 0) {
    unshare(CLONE_NEWIPC); // a message queue with the key -1 is to leave with the probe
    if (filter) load(filter);
    execve(binary, ['probe', output, ...words], []);
    _exit(1);
  }
  expect(waitpid(pid).status).toEqual({ exited: 0 });
  return readFileSync(output, 'utf8').trimEnd().split('\n');
}

/** What the kernel goes by of the six arguments. */
const seenArguments = ({ first }: Probe) =>
  [first, -1, -1, -1, -1, -1].map((value) => BigInt.asUintN(64, BigInt(value)));

const abis: Abi[] = machine === 'x86_64' ? ['x86_64', 'i386', 'x32'] : ['arm64'];
const SHOWN: Record<number, string> = { [ERRNO | EPERM]: '1', [ERRNO | ENOSYS]: '38', [KILL_PROCESS]: 'signal 31' };

/**
 * Calls that would end or hang the probe, or shake the machine, where a filter lets them through; and the two that the
 * kernel asks no filter about, since it has put them into the program itself (Linux 6.14).
 */
const LEFT_OUT = ['uprobe', 'uretprobe', 'vfork', 'rt_sigreturn', 'sigreturn', 'pause', 'sync', 'reboot', 'vhangup'];

describe.skipIf(lacksProbe).each(abis)('the kernel, entered by %s,', (abi) => {
  const leftOut = new Set(LEFT_OUT.map((name) => syscallTable(abi).find((syscall) => syscall.name === name)?.number));
  const numbers = [...Array(600).keys()].filter((number) => !leftOut.has(number));
  const probes = numbers.map((number): Probe => ({ abi, number, first: -1 }));

  test.each([
    ['none', []],
    ['those of Docker', DOCKER_CAPABILITIES],
    ['all', CAPABILITIES],
  ])('answers every call as the filter for these capabilities: %s', (_, capabilities) => {
    const filter = compile(dockerProfile(capabilities, machine));
    const answers = probes.map((each) => run(filter, call(each.abi, each.number, seenArguments(each))));
    const unfiltered = probe(probes.filter((_, index) => answers[index] === ALLOW)).values();
    const should = answers.map((answer) => (answer === ALLOW ? unfiltered.next().value : SHOWN[answer]));
    const label = (each: string | undefined, index: number) => `${numbers[index]}: ${each}`;
    expect(probe(probes, filter).map(label)).toEqual(should.map(label));
  });
});

describe.skipIf(machine !== 'x86_64' || lacksProbe)('a filter for x86_64 alone', () => {
  const filter = compile({ ...dockerProfile([], 'x86_64'), architectures: ['SCMP_ARCH_X86_64'] });

  test('ends a process that enters the kernel another way', () => {
    const probes = (['x86_64', 'i386', 'x32'] as const).map((abi) => ({
      abi,
      number: numberOf(abi, 'getpid'),
      first: 0,
    }));
    expect(probe(probes, filter)).toEqual(['0', 'signal 31', 'signal 31']);
  });
});
