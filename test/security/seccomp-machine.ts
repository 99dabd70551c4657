// The kernel's side of a seccomp filter, in small: a machine that runs the program, and the rules read by hand.

import type { Seccomp, SeccompAction, SeccompArg, SeccompRule } from '../../src/oci.ts';
import { type Abi, syscallTable, X32_BIT } from '../../src/security/syscalls.ts';

export const ALLOW = 0x7fff0000;
export const LOG = 0x7ffc0000;
export const TRACE = 0x7ff00000;
export const ERRNO = 0x00050000;
export const TRAP = 0x00030000;
export const KILL_PROCESS = 0x80000000;
export const KILL_THREAD = 0;
export const EPERM = 1;
export const ENOSYS = 38;

export const AUDIT_ARCH = { x86_64: 0xc000003e, x32: 0xc000003e, i386: 0x40000003, arm64: 0xc00000b7, arm: 0x40000028 };
export type Machine = 'x86_64' | 'arm64';

/** What the kernel shows a filter of a system call; the number is the one in the register. */
export interface Call {
  arch: number;
  number: number;
  args: bigint[];
}

/** A call by its ABI, where x32's numbers have their bit. */
export function call(abi: Abi, number: number, args: bigint[] = []): Call {
  return { arch: AUDIT_ARCH[abi], number: abi === 'x32' ? (number | X32_BIT) >>> 0 : number, args };
}

export function callByName(abi: Abi, name: string, ...args: (bigint | number)[]): Call {
  const number = syscallTable(abi).find((syscall) => syscall.name === name)?.number;
  if (number === undefined) throw new Error(`${abi} has no ${name}`);
  return call(abi, number, args.map(BigInt));
}

/** struct seccomp_data. */
function encode({ arch, number, args }: Call): Buffer {
  const data = Buffer.alloc(64);
  data.writeUInt32LE(number, 0);
  data.writeUInt32LE(arch, 4);
  data.writeBigUInt64LE(0x7fff_dead_beefn, 8);
  for (let index = 0; index < 6; index++) data.writeBigUInt64LE(args[index] ?? 0n, 16 + index * 8);
  return data;
}

/** Runs the filter. @throws Error where the kernel would refuse to load it. */
export function run(program: Buffer, call: Call): number {
  const data = encode(call);
  const length = program.length / 8;
  let a = 0;
  for (let at = 0; at < length; at++) {
    const code = program.readUInt16LE(at * 8);
    const ifTrue = program.readUInt8(at * 8 + 2);
    const ifFalse = program.readUInt8(at * 8 + 3);
    const value = program.readUInt32LE(at * 8 + 4);
    if (code === 0x06) return value;
    if (code === 0x20) a = data.readUInt32LE(value);
    else if (code === 0x00) a = value;
    else if (code === 0x54) a = (a & value) >>> 0;
    else if (code === 0x05) at += value;
    else if (code === 0x15) at += a === value ? ifTrue : ifFalse;
    else if (code === 0x25) at += a > value ? ifTrue : ifFalse;
    else if (code === 0x35) at += a >= value ? ifTrue : ifFalse;
    else throw new Error(`instruction ${at} has the unknown code ${code}`);
  }
  throw new Error('the program runs past its end');
}

const SCMP_ARCH: Record<string, Abi> = {
  SCMP_ARCH_X86_64: 'x86_64',
  SCMP_ARCH_X86: 'i386',
  SCMP_ARCH_X32: 'x32',
  SCMP_ARCH_AARCH64: 'arm64',
  SCMP_ARCH_ARM: 'arm',
};

/** What the answer has to be, from the rules alone, one after the other. */
export function expected(seccomp: Seccomp, machine: Machine, { arch, number, args }: Call): number {
  const abi = abiOf(machine, arch, number);
  const listed = (seccomp.architectures ?? []).map((name) => SCMP_ARCH[name]);
  if (!abi || (abi !== machine && !listed.includes(abi))) {
    return abi === 'x32' && number === 0xffffffff ? defaultAnswer(seccomp) : KILL_PROCESS;
  }
  const plain = abi === 'x32' ? number - X32_BIT : number;
  const name = namesOf(abi).get(plain);
  const visible = args.map((value) => BigInt.asUintN(abi === 'i386' || abi === 'arm' ? 32 : 64, value));
  for (const rule of seccomp.syscalls ?? []) {
    if (name !== undefined && namesIn(rule).has(name) && matches(rule, visible))
      return toAnswer(rule.action, rule.errnoRet);
  }
  if (abi === 'i386' && (name === 'socketcall' || name === 'ipc')) return expectedInside(seccomp, name, args);
  return isNewer(seccomp, abi, plain) ? ERRNO | ENOSYS : defaultAnswer(seccomp);
}

/** man 2 socketcall and man 2 ipc: what their first argument means. */
const INSIDE = {
  socketcall: `- socket bind connect listen accept getsockname getpeername socketpair send recv sendto recvfrom shutdown
    setsockopt getsockopt sendmsg recvmsg accept4 recvmmsg sendmmsg`.split(/\s+/),
  ipc: `- semop semget semctl semtimedop - - - - - - msgsnd msgrcv msgget msgctl - - - - - - shmat shmdt shmget
    shmctl`.split(/\s+/),
};

/** The first rule for the inner call that denies something or that asks for no arguments. */
function expectedInside(seccomp: Seccomp, name: 'socketcall' | 'ipc', [first = 0n]: bigint[]): number {
  const inner = INSIDE[name][Number(first & 0xffffn)] ?? '-';
  const rules = (seccomp.syscalls ?? []).filter((rule) => inner !== '-' && namesIn(rule).has(inner));
  const plain = rules.findIndex(({ args = [] }) => args.length === 0);
  const counting = rules.slice(0, plain < 0 ? rules.length : plain + 1);
  const isDenial = ({ action }: SeccompRule) => !['SCMP_ACT_ALLOW', 'SCMP_ACT_LOG', 'SCMP_ACT_TRACE'].includes(action);
  const rule = counting.find(isDenial) ?? (plain < 0 ? undefined : rules[plain]);
  return rule ? toAnswer(rule.action, rule.errnoRet) : defaultAnswer(seccomp);
}

const namesByRule = new WeakMap<SeccompRule, Set<string>>();

function namesIn(rule: SeccompRule): Set<string> {
  const names = namesByRule.get(rule) ?? new Set(rule.names);
  namesByRule.set(rule, names);
  return names;
}

const namesByAbi = new Map<Abi, Map<number, string>>();

function namesOf(abi: Abi): Map<number, string> {
  const names = namesByAbi.get(abi) ?? new Map(syscallTable(abi).map(({ name, number }) => [number, name]));
  namesByAbi.set(abi, names);
  return names;
}

function abiOf(machine: Machine, arch: number, number: number): Abi | undefined {
  if (machine === 'arm64') return arch === AUDIT_ARCH.arm64 ? 'arm64' : arch === AUDIT_ARCH.arm ? 'arm' : undefined;
  if (arch === AUDIT_ARCH.i386) return 'i386';
  if (arch !== AUDIT_ARCH.x86_64) return undefined;
  return number >= X32_BIT ? 'x32' : 'x86_64';
}

function matches({ args = [] }: SeccompRule, values: bigint[]): boolean {
  const results = args.map((arg) => compare(arg, values[arg.index] ?? 0n));
  const isRepeated = args.some((arg, index) => args.findIndex((other) => other.index === arg.index) < index);
  return isRepeated ? results.includes(true) : !results.includes(false);
}

function compare({ op, value, valueTwo = 0 }: SeccompArg, actual: bigint): boolean {
  const wanted = BigInt(value);
  switch (op) {
    case 'SCMP_CMP_EQ':
      return actual === wanted;
    case 'SCMP_CMP_NE':
      return actual !== wanted;
    case 'SCMP_CMP_LT':
      return actual < wanted;
    case 'SCMP_CMP_LE':
      return actual <= wanted;
    case 'SCMP_CMP_GT':
      return actual > wanted;
    case 'SCMP_CMP_GE':
      return actual >= wanted;
    case 'SCMP_CMP_MASKED_EQ':
      return (actual & wanted) === BigInt(valueTwo);
  }
}

export function toAnswer(action: SeccompAction, errnoRet = EPERM): number {
  if (action === 'SCMP_ACT_ERRNO') return ERRNO | errnoRet;
  if (action === 'SCMP_ACT_TRACE') return TRACE | errnoRet;
  if (action === 'SCMP_ACT_ALLOW') return ALLOW;
  if (action === 'SCMP_ACT_LOG') return LOG;
  if (action === 'SCMP_ACT_TRAP') return TRAP;
  return action === 'SCMP_ACT_KILL_PROCESS' ? KILL_PROCESS : KILL_THREAD;
}

function defaultAnswer({ defaultAction, defaultErrnoRet }: Seccomp): number {
  return toAnswer(defaultAction, defaultErrnoRet);
}

/** Above every number that a rule names, where arm's private ones do not count; and not named itself. */
function isNewer(seccomp: Seccomp, abi: Abi, number: number): boolean {
  if (['SCMP_ACT_ALLOW', 'SCMP_ACT_LOG', 'SCMP_ACT_TRACE'].includes(seccomp.defaultAction)) return false;
  const named = namedNumbers(seccomp, abi);
  const known = named.filter((each) => each < 0xf0000);
  return !named.includes(number) && known.length > 0 && known.every((each) => number > each);
}

const namedByProfile = new WeakMap<Seccomp, Map<Abi, number[]>>();

function namedNumbers(seccomp: Seccomp, abi: Abi): number[] {
  const byAbi = namedByProfile.get(seccomp) ?? new Map<Abi, number[]>();
  namedByProfile.set(seccomp, byAbi);
  const known = byAbi.get(abi);
  if (known) return known;
  const names = new Set(seccomp.syscalls?.flatMap((rule) => rule.names));
  const numbers = syscallTable(abi).flatMap(({ name, number }) => (names.has(name) ? [number] : []));
  byAbi.set(abi, numbers);
  return numbers;
}
