// A filter is tested by running it: its answer for every system call has to be what the rules say, read one by one.

import { describe, expect, test } from 'vitest';
import type { Seccomp, SeccompAction, SeccompArg, SeccompRule } from '../../src/oci.ts';
import { CAPABILITIES, DOCKER_CAPABILITIES } from '../../src/security/capabilities.ts';
import { dockerProfile } from '../../src/security/profile.ts';
import { compile } from '../../src/security/seccomp.ts';
import { type Abi, syscallTable } from '../../src/security/syscalls.ts';
import * as kernel from './seccomp-machine.ts';

const { ALLOW, AUDIT_ARCH, call, callByName, ENOSYS, EPERM, ERRNO, expected, KILL_PROCESS, run } = kernel;

const ABIS: Record<kernel.Machine, Abi[]> = { x86_64: ['x86_64', 'x32', 'i386'], arm64: ['arm64', 'arm'] };
const MACHINES = ['x86_64', 'arm64'] as const;
const ALL_ARCHITECTURES = ['X86_64', 'X86', 'X32', 'AARCH64', 'ARM'].map((name) => `SCMP_ARCH_${name}`);

/** All numbers up to 600, arm's private ones, and the ends of the number space. */
const NUMBERS = [...Array(601).keys(), 0xeffff, ...Array.from({ length: 8 }, (_, i) => 0xf0000 + i), 0x3ffffffe];

/** Every number in every ABI, and of strange architectures; `argsOf` says with which arguments. */
function* everyCall(machine: kernel.Machine, argsOf: () => bigint[][]): Generator<kernel.Call> {
  for (const abi of ABIS[machine]) {
    for (const number of NUMBERS) for (const args of argsOf()) yield call(abi, number, args);
  }
  const extremes = [0x3fffffff, 0x40000000, 0x40000001, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];
  for (const arch of [...Object.values(AUDIT_ARCH), 0, 1, 0xc000003f, 0xffffffff]) {
    for (const number of [0, 59, 165, ...extremes]) yield { arch, number, args: [] };
  }
}

/** Compiles a profile and compares the program with its rules, call by call. */
function expectToObey(seccomp: Seccomp, machine: kernel.Machine, argsOf = () => [[] as bigint[]]): void {
  const program = compile(seccomp, machine);
  const wrong = [];
  for (const each of everyCall(machine, argsOf)) {
    const [is, shouldBe] = [run(program, each), expected(seccomp, machine, each)];
    if (is !== shouldBe) wrong.push({ ...each, is, shouldBe });
  }
  expect(wrong.slice(0, 5)).toEqual([]);
}

describe.each(MACHINES)('a filter for %s', (machine) => {
  const capabilitySets = { none: [], Docker: DOCKER_CAPABILITIES, all: CAPABILITIES };

  test.each(Object.entries(capabilitySets))("obeys Docker's profile with %s capabilities", (_, capabilities) => {
    const interesting = [0n, 8n, 9n, 37n, 38n, 39n, 40n, 41n, 0x20000n, 0x20008n, 0x1200011n, 0xffffffffn, 1n << 32n];
    const random = randomSource(1);
    const argsOf = () => interesting.map((first) => [first, random.word(), random.word()]);
    expectToObey(dockerProfile(capabilities, machine), machine, argsOf);
  });

  test('obeys a hundred random profiles', () => {
    for (let seed = 1; seed <= 100; seed++) {
      const random = randomSource(seed);
      expectToObey(randomProfile(random, machine), machine, () => [random.args(), random.args()]);
    }
  });

  test('obeys profiles so long that branches cannot reach their ends', () => {
    const random = randomSource(7);
    const syscalls = syscallTable(machine).flatMap(({ name }, index): SeccompRule[] => {
      const args: SeccompArg[] = [{ index: index % 6, op: 'SCMP_CMP_GT', value: random.number() }];
      return index % 2 ? [] : [{ names: [name], action: 'SCMP_ACT_ERRNO', errnoRet: index + 1, args }];
    });
    const seccomp: Seccomp = { defaultAction: 'SCMP_ACT_ALLOW', syscalls };
    expect(compile(seccomp, machine).length / 8).toBeGreaterThan(800);
    expectToObey(seccomp, machine, () => [random.args(), random.args(), random.args()]);
  });

  test('stays within what the kernel takes for the longest profile of ours', () => {
    expect(compile(dockerProfile([], machine), machine).length / 8).toBeLessThan(500);
  });

  test('is refused when it is longer than the kernel takes', () => {
    const args: SeccompArg[] = [{ index: 0, op: 'SCMP_CMP_GT', value: 5 }];
    const syscalls = Array.from({ length: 900 }, (_, index): SeccompRule => {
      return { names: ['read'], action: 'SCMP_ACT_ERRNO', errnoRet: index, args };
    });
    expect(() => compile({ defaultAction: 'SCMP_ACT_ALLOW', syscalls }, machine)).toThrow(/instructions.*4096/);
  });

  test('obeys a profile without rules', () => {
    for (const defaultAction of ['SCMP_ACT_ALLOW', 'SCMP_ACT_ERRNO', 'SCMP_ACT_KILL'] as const) {
      expectToObey({ defaultAction }, machine);
      expectToObey({ defaultAction, architectures: ALL_ARCHITECTURES }, machine);
    }
  });
});

describe('architectures', () => {
  const rules: SeccompRule[] = [{ names: ['getpid', 'ioctl'], action: 'SCMP_ACT_ALLOW' }];
  const filter = (architectures?: string[], machine: kernel.Machine = 'x86_64') =>
    compile({ defaultAction: 'SCMP_ACT_ERRNO', syscalls: rules, ...(architectures ? { architectures } : {}) }, machine);

  test('are counted each in its own numbers', () => {
    const program = filter(['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_X32']);
    const answers = [39, 20, 16, 54, 514].map((number) =>
      (['x86_64', 'x32', 'i386'] as const).map((abi) => run(program, call(abi, number)) === ALLOW),
    );
    expect(answers).toEqual([
      [true, true, false], // 39 is getpid, and mkdir for i386
      [false, false, true], // 20 is writev, and getpid for i386
      [true, false, false], // 16 is ioctl, which x32 has a number of its own for
      [false, false, true], // 54 is setsockopt, and ioctl for i386
      [false, true, false], // 514 is ioctl for x32
    ]);
  });

  test('that are not listed end the process, but the own one is always there', () => {
    for (const program of [filter(), filter([])]) {
      expect(run(program, callByName('x86_64', 'getpid'))).toBe(ALLOW);
      expect(run(program, callByName('x32', 'getpid'))).toBe(KILL_PROCESS);
      expect(run(program, callByName('i386', 'getpid'))).toBe(KILL_PROCESS);
      expect(run(program, { arch: AUDIT_ARCH.arm64, number: 172, args: [] })).toBe(KILL_PROCESS);
    }
    expect(run(filter([], 'arm64'), callByName('arm64', 'getpid'))).toBe(ALLOW);
    expect(run(filter([], 'arm64'), callByName('arm', 'getpid'))).toBe(KILL_PROCESS);
    expect(run(filter(['SCMP_ARCH_ARM'], 'arm64'), callByName('arm', 'getpid'))).toBe(ALLOW);
  });

  test('do not make a call that a tracer took back look like x32', () => {
    expect(run(filter(), { arch: AUDIT_ARCH.x86_64, number: 0xffffffff, args: [] })).toBe(ERRNO | EPERM);
  });
});

describe('socketcall and ipc of i386', () => {
  const deny = (names: string[], ...args: SeccompArg[]): SeccompRule => ({ names, action: 'SCMP_ACT_ERRNO', args });
  const filter = (...syscalls: SeccompRule[]) =>
    compile({ defaultAction: 'SCMP_ACT_ALLOW', architectures: ['SCMP_ARCH_X86'], syscalls }, 'x86_64');
  const isDenied = (program: Buffer, name: string, first: number) =>
    run(program, callByName('i386', name, first, 0xffff_0000)) === (ERRNO | EPERM);

  test('are no way around a rule for what they do', () => {
    const program = filter(deny(['socket', 'shmat']));
    expect([1, 2, 3].map((inner) => isDenied(program, 'socketcall', inner))).toEqual([true, false, false]);
    expect([20, 21, 0x10015, 22].map((inner) => isDenied(program, 'ipc', inner))).toEqual([false, true, true, false]);
  });

  test('are denied all of a call whose arguments a rule asks for, since no filter can see them there', () => {
    const program = filter(deny(['socket'], { index: 0, op: 'SCMP_CMP_EQ', value: 38 }));
    expect([1, 2].map((inner) => isDenied(program, 'socketcall', inner))).toEqual([true, false]);
  });

  test('have rules of their own that go before', () => {
    const program = filter({ names: ['socketcall'], action: 'SCMP_ACT_ALLOW' }, deny(['socket']));
    expect(isDenied(program, 'socketcall', 1)).toBe(false);
  });

  test('leave the other architectures as they are', () => {
    const program = filter(deny(['shmat']));
    expect(run(program, callByName('x86_64', 'shmat'))).toBe(ERRNO | EPERM);
    expect(run(program, callByName('i386', 'shmat'))).toBe(ERRNO | EPERM);
    expect(run(program, call('x86_64', 117, [21n]))).toBe(ALLOW);
  });
});

describe('a call newer than the profile', () => {
  const syscalls: SeccompRule[] = [{ names: ['read', 'openat2', 'no_such_call'], action: 'SCMP_ACT_ALLOW' }];
  const answer = (defaultAction: SeccompAction, number: number) =>
    run(compile({ defaultAction, syscalls }, 'x86_64'), call('x86_64', number));

  test('does not exist, so that libc falls back, while an older one is denied', () => {
    expect(answer('SCMP_ACT_ERRNO', 437)).toBe(ALLOW);
    expect(answer('SCMP_ACT_ERRNO', 436)).toBe(ERRNO | EPERM);
    expect(answer('SCMP_ACT_ERRNO', 438)).toBe(ERRNO | ENOSYS);
    expect(answer('SCMP_ACT_KILL_PROCESS', 438)).toBe(ERRNO | ENOSYS);
  });

  test('is let through where all else is', () => {
    expect(answer('SCMP_ACT_ALLOW', 438)).toBe(ALLOW);
    expect(answer('SCMP_ACT_LOG', 438)).toBe(kernel.LOG);
    expect(answer('SCMP_ACT_TRACE', 438)).toBe(kernel.TRACE | EPERM);
  });
});

test('of a 32-bit program only the lower half of an argument counts, as for the kernel', () => {
  const args: SeccompArg[] = [{ index: 0, op: 'SCMP_CMP_EQ', value: 38 }];
  const deny: Seccomp = {
    defaultAction: 'SCMP_ACT_ALLOW',
    architectures: ALL_ARCHITECTURES,
    syscalls: [{ names: ['socket'], action: 'SCMP_ACT_ERRNO', args }],
  };
  for (const [machine, abi] of [
    ['x86_64', 'i386'],
    ['arm64', 'arm'],
  ] as const) {
    expect(run(compile(deny, machine), callByName(abi, 'socket', 0x1_0000_0026n))).toBe(ERRNO | EPERM);
  }
});

describe('a rule', () => {
  const filter = (...syscalls: SeccompRule[]) => compile({ defaultAction: 'SCMP_ACT_ERRNO', syscalls }, 'x86_64');

  test.each([
    ['SCMP_ACT_ALLOW', undefined, ALLOW],
    ['SCMP_ACT_ERRNO', undefined, ERRNO | EPERM],
    ['SCMP_ACT_ERRNO', 0, ERRNO],
    ['SCMP_ACT_ERRNO', 38, ERRNO | 38],
    ['SCMP_ACT_TRACE', 7, kernel.TRACE | 7],
    ['SCMP_ACT_LOG', undefined, kernel.LOG],
    ['SCMP_ACT_TRAP', undefined, kernel.TRAP],
    ['SCMP_ACT_KILL', 5, kernel.KILL_THREAD],
    ['SCMP_ACT_KILL_THREAD', undefined, kernel.KILL_THREAD],
    ['SCMP_ACT_KILL_PROCESS', undefined, KILL_PROCESS],
  ] as const)('with %s and errnoRet %s answers %i', (action, errnoRet, answer) => {
    const rule = { names: ['read'], action, ...(errnoRet === undefined ? {} : { errnoRet }) };
    expect(run(filter(rule), callByName('x86_64', 'read'))).toBe(answer);
  });

  test('that comes first wins', () => {
    const program = filter(
      { names: ['read'], action: 'SCMP_ACT_ERRNO', errnoRet: 5, args: [{ index: 0, op: 'SCMP_CMP_EQ', value: 1 }] },
      { names: ['read'], action: 'SCMP_ACT_ALLOW' },
      { names: ['read'], action: 'SCMP_ACT_KILL' },
    );
    expect(run(program, callByName('x86_64', 'read', 1))).toBe(ERRNO | 5);
    expect(run(program, callByName('x86_64', 'read', 2))).toBe(ALLOW);
  });

  test('wants all of its arguments, and either of two that are the same', () => {
    const eq = (index: number, value: number): SeccompArg => ({ index, op: 'SCMP_CMP_EQ', value });
    const both = filter({ names: ['read'], action: 'SCMP_ACT_ALLOW', args: [eq(0, 1), eq(1, 2)] });
    const either = filter({ names: ['read'], action: 'SCMP_ACT_ALLOW', args: [eq(0, 1), eq(0, 2)] });
    const isAllowed = (program: Buffer, a: number, b: number) =>
      run(program, callByName('x86_64', 'read', a, b)) === ALLOW;
    expect([isAllowed(both, 1, 2), isAllowed(both, 1, 0), isAllowed(both, 0, 2)]).toEqual([true, false, false]);
    expect([isAllowed(either, 1, 0), isAllowed(either, 2, 0), isAllowed(either, 3, 0)]).toEqual([true, true, false]);
  });

  test("takes JSON's largest number for all ones", () => {
    const value = JSON.parse('18446744073709551615');
    const program = filter({
      names: ['read'],
      action: 'SCMP_ACT_ALLOW',
      args: [{ index: 5, op: 'SCMP_CMP_EQ', value }],
    });
    const ones = 0xffff_ffff_ffff_ffffn;
    expect(run(program, callByName('x86_64', 'read', 0, 0, 0, 0, 0, ones))).toBe(ALLOW);
    expect(run(program, callByName('x86_64', 'read', 0, 0, 0, 0, 0, ones - 1n))).toBe(ERRNO | EPERM);
  });

  test('cannot ask for what there is not', () => {
    const wrong = (change: object) => () => filter({ names: ['read'], action: 'SCMP_ACT_ALLOW', ...change });
    const arg = { index: 0, op: 'SCMP_CMP_EQ', value: 1 };
    expect(wrong({ action: 'SCMP_ACT_NOTIFY' })).toThrow('SCMP_ACT_NOTIFY');
    expect(wrong({ action: 'SCMP_ACT_NONE' })).toThrow('no action SCMP_ACT_NONE');
    expect(wrong({ args: [{ ...arg, index: 6 }] })).toThrow('no argument 6');
    expect(wrong({ args: [{ ...arg, op: 'SCMP_CMP_ABOUT' }] })).toThrow('no operator SCMP_CMP_ABOUT');
    expect(() => compile({ defaultAction: 'SCMP_ACT_NOTIFY' }, 'x86_64')).toThrow('SCMP_ACT_NOTIFY');
  });
});

describe('an argument', () => {
  const EDGES = [0n, 1n, 0x7fffffffn, 0xffffffffn, 0x1_0000_0000n, 0x1_0000_0001n, 0x5_0000_0007n, 1n << 53n];
  const OPERATORS = ['EQ', 'NE', 'LT', 'LE', 'GT', 'GE', 'MASKED_EQ'] as const;

  test.each(OPERATORS)('is compared in all of its 64 bits by %s', (name) => {
    for (const edge of EDGES) {
      const arg: SeccompArg = { index: 3, op: `SCMP_CMP_${name}`, value: Number(edge), valueTwo: Number(edge & 0x5n) };
      const syscalls: SeccompRule[] = [{ names: ['read'], action: 'SCMP_ACT_ALLOW', args: [arg] }];
      const seccomp: Seccomp = { defaultAction: 'SCMP_ACT_ERRNO', syscalls };
      const program = compile(seccomp, 'x86_64');
      for (const value of EDGES.flatMap((each) => [each, each + 1n, each === 0n ? (1n << 64n) - 1n : each - 1n])) {
        const each = callByName('x86_64', 'read', 0, 0, 0, value);
        expect({ edge, value, answer: run(program, each) }).toEqual({
          edge,
          value,
          answer: expected(seccomp, 'x86_64', each),
        });
      }
    }
  });
});

/** Repeatable chance (mulberry32). */
function randomSource(seed: number) {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (limit: number) => next() % limit;
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  /** Small ones often, so that equal values happen; else anything up to 2^53. */
  const number = () => (below(4) ? below(4) : pick([below(2), 2 ** 32]) * below(3) + next() * (below(2) ? 1 : 2 ** 20));
  const word = () => (below(2) ? BigInt(number()) : (BigInt(next()) << 32n) | BigInt(next()));
  const args = () => Array.from({ length: 6 }, word);
  return { below, pick, number, word, args };
}

type Random = ReturnType<typeof randomSource>;

const ACTIONS: SeccompAction[] = ['ALLOW', 'ERRNO', 'KILL', 'KILL_PROCESS', 'TRAP', 'TRACE', 'LOG'].map(
  (name) => `SCMP_ACT_${name}` as SeccompAction,
);

function randomProfile(random: Random, machine: kernel.Machine): Seccomp {
  const names = ABIS[machine].flatMap((abi) => syscallTable(abi).map(({ name }) => name));
  return {
    defaultAction: random.pick(ACTIONS),
    defaultErrnoRet: random.below(100),
    architectures: ALL_ARCHITECTURES.filter(() => random.below(3) > 0),
    syscalls: Array.from({ length: random.below(40) }, () => randomRule(random, names)),
  };
}

function randomRule(random: Random, names: readonly string[]): SeccompRule {
  const start = random.below(names.length);
  return {
    names: random.below(2) ? [random.pick(names), random.pick(names)] : names.slice(start, start + random.below(20)),
    action: random.pick(ACTIONS),
    errnoRet: random.below(100),
    args: Array.from({ length: random.pick([0, 0, 0, 1, 2, 3]) }, () => randomArg(random)),
  };
}

function randomArg(random: Random): SeccompArg {
  const op = random.pick(['EQ', 'NE', 'LT', 'LE', 'GT', 'GE', 'MASKED_EQ'] as const);
  const value = random.number();
  const valueTwo = random.below(2) ? 0 : Number(BigInt(value) & BigInt(random.number()));
  return { index: random.below(6), op: `SCMP_CMP_${op}`, value, valueTwo };
}
