// Comparing an argument of a system call. It has 64 bits, BPF's register has 32: each is compared in two halves.
//
// A filter sees the bare value alone. What a pointer points to is out of its reach, and could change after the look.

import type { SeccompArg } from '../oci.ts';
import { AND, IF_AT_LEAST, IF_EQUAL, IF_GREATER, type Instruction, LOAD } from './seccomp-program.ts';

const FIRST_ARGUMENT = 16; // in struct seccomp_data: after number, architecture and instruction pointer
const ARGUMENTS = 6;

/**
 * The instructions that compare one argument. A match goes on behind them; otherwise they skip `miss` more.
 * @throws Error for an argument or operator that does not exist.
 */
export function compareArgument({ index, op, value, valueTwo = 0 }: SeccompArg, miss: number): Instruction[] {
  if (!(index >= 0 && index < ARGUMENTS))
    throw new Error(`seccomp: a system call has arguments 0 to 5, but not ${index}`);
  const low: Instruction = [LOAD, FIRST_ARGUMENT + index * 8];
  const high: Instruction = [LOAD, FIRST_ARGUMENT + index * 8 + 4]; // little-endian
  const [h, l] = halves(value);
  switch (op) {
    case 'SCMP_CMP_EQ':
      return [high, [IF_EQUAL, h, 0, miss + 2], low, [IF_EQUAL, l, 0, miss]];
    case 'SCMP_CMP_NE':
      return [high, [IF_EQUAL, h, 0, 2], low, [IF_EQUAL, l, miss, 0]];
    case 'SCMP_CMP_GT':
      return [high, [IF_GREATER, h, 3, 0], [IF_EQUAL, h, 0, miss + 2], low, [IF_GREATER, l, 0, miss]];
    case 'SCMP_CMP_GE':
      return [high, [IF_GREATER, h, 3, 0], [IF_EQUAL, h, 0, miss + 2], low, [IF_AT_LEAST, l, 0, miss]];
    case 'SCMP_CMP_LT':
      return [high, [IF_GREATER, h, miss + 3, 0], [IF_EQUAL, h, 0, 2], low, [IF_AT_LEAST, l, miss, 0]];
    case 'SCMP_CMP_LE':
      return [high, [IF_GREATER, h, miss + 3, 0], [IF_EQUAL, h, 0, 2], low, [IF_GREATER, l, miss, 0]];
    case 'SCMP_CMP_MASKED_EQ': {
      const [wantedHigh, wantedLow] = halves(valueTwo);
      const compareHigh: Instruction[] = [high, [AND, h], [IF_EQUAL, wantedHigh, 0, miss + 3]];
      return [...compareHigh, low, [AND, l], [IF_EQUAL, wantedLow, 0, miss]];
    }
    default:
      throw new Error(`seccomp: there is no operator ${op}`);
  }
}

/** The upper and lower 32 bits. JSON's largest u64, 18446744073709551615, is read as 2^64 and meant by it. */
function halves(value: number): [high: number, low: number] {
  if (value >= 2 ** 64) return [0xffffffff, 0xffffffff];
  return [Math.floor(value / 2 ** 32) >>> 0, value >>> 0];
}
