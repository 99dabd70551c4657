// The device rules of a container as an eBPF program, for cgroup v2 (BPF_PROG_TYPE_CGROUP_DEVICE).
//
// The kernel calls it with a struct bpf_cgroup_dev_ctx in r1: access and type packed in one word, major, minor. What it
// returns in r0 is the answer: 1 yes, 0 no. The rules are looked at from the last to the first, as the last one that
// fits counts; a rule that does not fit jumps to the next block. For `allow c 1:3 rwm`:
//
//     if r2 != 2 (char)  goto next        r2 = type
//     if r4 != 1         goto next        r4 = major
//     if r5 != 3         goto next        r5 = minor
//     r0 = 1
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

const LOAD_WORD = 0x61; // to = *(u32 *)(from + offset)
const MOVE = 0xb4; // to = value (32 bit)
const MOVE_REGISTER = 0xbc;
const AND = 0x54;
const SHIFT_RIGHT = 0x74;
const JUMP_IF_NOT = 0x56; // 32 bit
const JUMP_IF_NOT_REGISTER = 0x5e;
const EXIT = 0x95;

const [CONTEXT, TYPE, ACCESS, MAJOR, MINOR, SCRATCH] = [1, 2, 3, 4, 5, 0];

const PROLOGUE: Instruction[] = [
  { code: LOAD_WORD, to: TYPE, from: CONTEXT, offset: 0 },
  { code: AND, to: TYPE, value: 0xffff },
  { code: LOAD_WORD, to: ACCESS, from: CONTEXT, offset: 0 },
  { code: SHIFT_RIGHT, to: ACCESS, value: 16 },
  { code: LOAD_WORD, to: MAJOR, from: CONTEXT, offset: 4 },
  { code: LOAD_WORD, to: MINOR, from: CONTEXT, offset: 8 },
];

const DEVICE_TYPES = { b: 1, c: 2 } as const;
const ACCESSES: Record<string, number> = { m: 1, r: 2, w: 4 };

/** The program for these rules, whose default is no. */
export function deviceProgram(rules: readonly DeviceRule[]): Buffer {
  const blocks: Instruction[] = [];
  for (const rule of [...rules].reverse()) {
    blocks.push(...ruleBlock(rule));
    if (fitsAll(rule)) return encode([...PROLOGUE, ...blocks]); // nothing before it can count
  }
  return encode([...PROLOGUE, ...blocks, ...answer(false)]);
}

function fitsAll({ type = 'a' }: DeviceRule): boolean {
  return type === 'a';
}

function ruleBlock(rule: DeviceRule): Instruction[] {
  const { type = 'a', major, minor, access = 'rwm' } = rule;
  const end = answer(rule.allow);
  if (type === 'a') return end;
  const tests: Instruction[] = [{ code: JUMP_IF_NOT, to: TYPE, value: DEVICE_TYPES[type] }];
  const allowed = [...access].reduce((mask, letter) => mask | (ACCESSES[letter] ?? 0), 0);
  if (allowed !== 7) {
    // Fits only if nothing beyond `access` is wanted: (wanted & access) == wanted.
    tests.push({ code: MOVE_REGISTER, to: SCRATCH, from: ACCESS }, { code: AND, to: SCRATCH, value: allowed });
    tests.push({ code: JUMP_IF_NOT_REGISTER, to: SCRATCH, from: ACCESS });
  }
  if (major !== undefined && major >= 0) tests.push({ code: JUMP_IF_NOT, to: MAJOR, value: major });
  if (minor !== undefined && minor >= 0) tests.push({ code: JUMP_IF_NOT, to: MINOR, value: minor });
  const length = tests.length + end.length;
  const isJump = ({ code }: Instruction) => code === JUMP_IF_NOT || code === JUMP_IF_NOT_REGISTER;
  const aimed = tests.map((test, index) => (isJump(test) ? { ...test, offset: length - index - 1 } : test));
  return [...aimed, ...end];
}

function answer(allow: boolean): Instruction[] {
  return [{ code: MOVE, to: 0, value: allow ? 1 : 0 }, { code: EXIT }];
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
