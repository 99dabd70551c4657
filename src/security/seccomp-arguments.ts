// Comparing an argument of a system call. Arguments have 64 bits, BPF's register has 32: each is compared in two halves.
//
// A filter sees the bare value alone. What a pointer points to is out of its reach, and could change after the look.

import type { SeccompArg } from '../oci.ts';
import { and, type Instruction, ifAtLeast, ifEqual, ifGreater, load } from './seccomp-instructions.ts';

const FIRST_ARGUMENT = 16; // in struct seccomp_data, after number, architecture and instruction pointer
const ARGUMENTS = 6;

/**
 * Instructions that all arguments have to get through: where one does not match, they skip to their end and beyond it
 * over `length` instructions more.
 * @throws Error for an argument or operator that does not exist.
 */
export function requireArguments(args: readonly SeccompArg[], length: number): Instruction[] {
  let program: Instruction[] = [];
  for (const arg of [...args].reverse()) program = [...requireArgument(arg, program.length + length), ...program];
  return program;
}

/** The end of each test is its last instruction: `match` is a jump of 0 there. */
function requireArgument({ index, op, value, valueTwo = 0 }: SeccompArg, miss: number): Instruction[] {
  if (!(index >= 0 && index < ARGUMENTS))
    throw new Error(`seccomp: a system call has no argument ${index}, only 0 to 5`);
  const low = FIRST_ARGUMENT + index * 8; // little-endian
  const loadHigh = load(low + 4);
  const loadLow = load(low);
  const [h, l] = halves(value);
  switch (op) {
    case 'SCMP_CMP_EQ':
      return [loadHigh, ifEqual(h, 0, miss + 2), loadLow, ifEqual(l, 0, miss)];
    case 'SCMP_CMP_NE':
      return [loadHigh, ifEqual(h, 0, 2), loadLow, ifEqual(l, miss, 0)];
    case 'SCMP_CMP_GT':
      return [loadHigh, ifGreater(h, 3, 0), ifEqual(h, 0, miss + 2), loadLow, ifGreater(l, 0, miss)];
    case 'SCMP_CMP_GE':
      return [loadHigh, ifGreater(h, 3, 0), ifEqual(h, 0, miss + 2), loadLow, ifAtLeast(l, 0, miss)];
    case 'SCMP_CMP_LT':
      return [loadHigh, ifGreater(h, miss + 3, 0), ifEqual(h, 0, 2), loadLow, ifAtLeast(l, miss, 0)];
    case 'SCMP_CMP_LE':
      return [loadHigh, ifGreater(h, miss + 3, 0), ifEqual(h, 0, 2), loadLow, ifGreater(l, miss, 0)];
    case 'SCMP_CMP_MASKED_EQ': {
      const [wantedHigh, wantedLow] = halves(valueTwo);
      const high = [loadHigh, and(h), ifEqual(wantedHigh, 0, miss + 3)];
      return [...high, loadLow, and(l), ifEqual(wantedLow, 0, miss)];
    }
    default:
      throw new Error(`seccomp: there is no operator ${op}`);
  }
}

/** The upper and lower 32 bits. JSON's largest u64, 18446744073709551615, reads as 2^64 and stands for itself. */
function halves(value: number): [high: number, low: number] {
  if (value >= 2 ** 64) return [0xffffffff, 0xffffffff];
  return [Math.floor(value / 2 ** 32) >>> 0, value >>> 0];
}
