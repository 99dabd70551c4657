// The device rules of a container as an eBPF program, for cgroup v2 (BPF_PROG_TYPE_CGROUP_DEVICE).
//
// The kernel calls it with a struct bpf_cgroup_dev_ctx in r1: access and type packed in one word, major, minor. What it
// returns in r0 is the answer: 1 yes, 0 no. The rules are looked at from the last to the first, and for each of read,
// write and mknod the first that fits decides. r3 holds what is wanted and has not been allowed yet: `allow c 1:3 rw` is
//
//     if r2 != 2 (char)  goto next        r2 = type
//     if r4 != 1         goto next        r4 = major
//     if r5 != 3         goto next        r5 = minor
//     r3 &= ~6 (read, write)
//     if r3 != 0         goto next
//     r0 = 1
//     exit
//
// and with deny the last four lines ask whether one of these is wanted still:
//
//     r0 = r3
//     r0 &= 6
//     if r0 == 0         goto next
//     r0 = 0
//     exit

import type { DeviceRule } from '../oci.ts';

/** One instruction of eight bytes: opcode, registers, jump offset, immediate value. */
interface Instruction {
  code: number;
  to?: number;
  from?: number;
  offset?: number;
  value?: number;
}

// All arithmetic and all jumps are the 32-bit kinds.
const LOAD_WORD = 0x61; // to = *(u32 *)(from + offset)
const MOVE = 0xb4; // to = value
const MOVE_REGISTER = 0xbc;
const AND = 0x54;
const SHIFT_RIGHT = 0x74;
const JUMP_IF_EQUAL = 0x16;
const JUMP_IF_NOT_EQUAL = 0x56;
const EXIT = 0x95;

const [ANSWER, CONTEXT, TYPE, WANTED, MAJOR, MINOR] = [0, 1, 2, 3, 4, 5];

const PROLOGUE: Instruction[] = [
  { code: LOAD_WORD, to: TYPE, from: CONTEXT, offset: 0 },
  { code: AND, to: TYPE, value: 0xffff },
  { code: LOAD_WORD, to: WANTED, from: CONTEXT, offset: 0 },
  { code: SHIFT_RIGHT, to: WANTED, value: 16 },
  { code: LOAD_WORD, to: MAJOR, from: CONTEXT, offset: 4 },
  { code: LOAD_WORD, to: MINOR, from: CONTEXT, offset: 8 },
];

const DEVICE_TYPES = { b: 1, c: 2 } as const;
const ACCESSES: Record<string, number> = { m: 1, r: 2, w: 4 };
const ALL = 7;

/** The program for these rules, whose default is no. */
export function deviceProgram(rules: readonly DeviceRule[]): Buffer {
  const blocks: Instruction[] = [];
  for (const rule of [...rules].reverse()) {
    if ((rule.type ?? 'a') === 'a') return encode([...PROLOGUE, ...blocks, ...answer(rule.allow)]); // none before counts
    blocks.push(...ruleBlock(rule));
  }
  return encode([...PROLOGUE, ...blocks, ...answer(false)]);
}

/** A jump of a block leads to what comes behind it. */
function ruleBlock(rule: DeviceRule): Instruction[] {
  const block = [...deviceTest(rule), ...(rule.allow ? allow(accessOf(rule)) : deny(accessOf(rule)))];
  const isJump = ({ code }: Instruction) => code === JUMP_IF_EQUAL || code === JUMP_IF_NOT_EQUAL;
  return block.map((step, index) => (isJump(step) ? { ...step, offset: block.length - index - 1 } : step));
}

function deviceTest({ type, major, minor }: DeviceRule): Instruction[] {
  const unless = (register: number, value: number | undefined): Instruction[] =>
    value === undefined || value < 0 ? [] : [{ code: JUMP_IF_NOT_EQUAL, to: register, value }];
  const wantedType = type === 'b' ? DEVICE_TYPES.b : DEVICE_TYPES.c;
  return [...unless(TYPE, wantedType), ...unless(MAJOR, major), ...unless(MINOR, minor)];
}

function accessOf({ access = 'rwm' }: DeviceRule): number {
  return [...access].reduce((mask, letter) => mask | (ACCESSES[letter] ?? 0), 0);
}

function allow(access: number): Instruction[] {
  if (access === ALL) return answer(true);
  return [
    { code: AND, to: WANTED, value: ALL & ~access },
    { code: JUMP_IF_NOT_EQUAL, to: WANTED, value: 0 },
    ...answer(true),
  ];
}

function deny(access: number): Instruction[] {
  return [
    { code: MOVE_REGISTER, to: ANSWER, from: WANTED },
    { code: AND, to: ANSWER, value: access },
    { code: JUMP_IF_EQUAL, to: ANSWER, value: 0 },
    ...answer(false),
  ];
}

function answer(allowed: boolean): Instruction[] {
  return [{ code: MOVE, to: ANSWER, value: allowed ? 1 : 0 }, { code: EXIT }];
}

function encode(instructions: Instruction[]): Buffer {
  const program = Buffer.alloc(instructions.length * 8);
  for (const [index, { code, to = 0, from = 0, offset = 0, value = 0 }] of instructions.entries()) {
    program.writeUInt8(code, index * 8);
    program.writeUInt8(to | (from << 4), index * 8 + 1);
    program.writeInt16LE(offset, index * 8 + 2);
    program.writeInt32LE(value, index * 8 + 4);
  }
  return program;
}
