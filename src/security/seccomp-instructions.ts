// The few instructions of classic BPF that a seccomp filter is made of (Documentation/networking/filter.rst).
//
// The machine has one register, A. A load puts a word of struct seccomp_data into it; a jump compares it with a number
// and skips so many instructions if that is true, so many if not; a return ends the program with the answer.

/** struct sock_filter: jump distances count from the next instruction and are at most 255. */
export interface Instruction {
  code: number;
  ifTrue: number;
  ifFalse: number;
  value: number;
}

const LOAD = 0x20; // A = the word at this offset
const AND = 0x54; // A &= value
const JUMP = 0x05; // skip `value` instructions, however many
const RETURN = 0x06;
const JUMP_IF_EQUAL = 0x15;
const JUMP_IF_GREATER = 0x25; // without a sign
const JUMP_IF_AT_LEAST = 0x35;

const FARTHEST = 255;

const instruction = (code: number, value: number, ifTrue = 0, ifFalse = 0) => ({ code, ifTrue, ifFalse, value });

export const load = (offset: number): Instruction => instruction(LOAD, offset);
export const and = (mask: number): Instruction => instruction(AND, mask);
export const answer = (value: number): Instruction => instruction(RETURN, value);

export const ifEqual = (value: number, ifTrue: number, ifFalse: number): Instruction =>
  instruction(JUMP_IF_EQUAL, value, ifTrue, ifFalse);
export const ifGreater = (value: number, ifTrue: number, ifFalse: number): Instruction =>
  instruction(JUMP_IF_GREATER, value, ifTrue, ifFalse);
export const ifAtLeast = (value: number, ifTrue: number, ifFalse: number): Instruction =>
  instruction(JUMP_IF_AT_LEAST, value, ifTrue, ifFalse);

/** Skips the next `distance` instructions if A is at least `value`; a far one takes a second jump. */
export function skipIfAtLeast(value: number, distance: number): Instruction[] {
  if (distance <= FARTHEST) return [ifAtLeast(value, distance, 0)];
  return [ifAtLeast(value, 0, 1), instruction(JUMP, distance)];
}

/** Skips the next `distance` instructions unless A is `value`. */
export function skipUnlessEqual(value: number, distance: number): Instruction[] {
  if (distance <= FARTHEST) return [ifEqual(value, 0, distance)];
  return [ifEqual(value, 1, 0), instruction(JUMP, distance)];
}

/** The program as the kernel takes it: 8 bytes an instruction, u16 code, u8 and u8 jumps, u32 value. */
export function encode(program: readonly Instruction[]): Buffer {
  const buffer = Buffer.alloc(program.length * 8);
  for (const [index, { code, ifTrue, ifFalse, value }] of program.entries()) {
    buffer.writeUInt16LE(code, index * 8);
    buffer.writeUInt8(ifTrue, index * 8 + 2);
    buffer.writeUInt8(ifFalse, index * 8 + 3);
    buffer.writeUInt32LE(value, index * 8 + 4);
  }
  return buffer;
}
