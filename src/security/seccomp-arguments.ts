// Comparing an argument of a system call. It has 64 bits, BPF's register has 32: the upper half is compared first, and
// only where it is equal does the lower one count.
//
// A filter sees the bare value alone. What a pointer points to is out of its reach, and could change after the look.

import type { SeccompArg } from '../oci.ts';
import { IF_AT_LEAST, IF_EQUAL, IF_GREATER, type Place, type Program } from './seccomp-program.ts';

const FIRST_ARGUMENT = 16; // in struct seccomp_data: after number, architecture and instruction pointer
const INDEXES = [0, 1, 2, 3, 4, 5];

/**
 * Writes the comparison with one argument, which goes on at `match` or at `miss`.
 * @returns where it begins.
 * @throws Error for an argument or operator that does not exist.
 */
export function compareArgument(program: Program, arg: SeccompArg, match: Place, miss: Place): Place {
  const { index, op, value, valueTwo = 0 } = arg;
  if (!INDEXES.includes(index)) throw new Error(`seccomp: a system call has no argument ${index}, only 0 to 5`);
  const offset = FIRST_ARGUMENT + index * 8;
  switch (op) {
    case 'SCMP_CMP_EQ':
      return isEqual(program, offset, value, match, miss);
    case 'SCMP_CMP_NE':
      return isEqual(program, offset, value, miss, match);
    case 'SCMP_CMP_GT':
      return isBeyond(program, IF_GREATER, offset, value, match, miss);
    case 'SCMP_CMP_LE':
      return isBeyond(program, IF_GREATER, offset, value, miss, match);
    case 'SCMP_CMP_GE':
      return isBeyond(program, IF_AT_LEAST, offset, value, match, miss);
    case 'SCMP_CMP_LT':
      return isBeyond(program, IF_AT_LEAST, offset, value, miss, match);
    case 'SCMP_CMP_MASKED_EQ':
      return isMaskedEqual(program, offset, value, valueTwo, match, miss);
    default:
      throw new Error(`seccomp: there is no operator ${op}`);
  }
}

function isEqual(program: Program, offset: number, value: number, match: Place, miss: Place): Place {
  const low = program.load(offset, program.branch(IF_EQUAL, lower(value), match, miss));
  return program.load(offset + 4, program.branch(IF_EQUAL, upper(value), low, miss)); // little-endian
}

/** Greater, or at least as great: that is a matter of the lower half alone. */
function isBeyond(program: Program, than: number, offset: number, value: number, match: Place, miss: Place): Place {
  const low = program.load(offset, program.branch(than, lower(value), match, miss));
  const notGreater = program.branch(IF_EQUAL, upper(value), low, miss);
  return program.load(offset + 4, program.branch(IF_GREATER, upper(value), match, notGreater));
}

function isMaskedEqual(
  program: Program,
  offset: number,
  mask: number,
  value: number,
  match: Place,
  miss: Place,
): Place {
  const maskedLow = program.and(lower(mask), program.branch(IF_EQUAL, lower(value), match, miss));
  const low = program.load(offset, maskedLow);
  const maskedHigh = program.and(upper(mask), program.branch(IF_EQUAL, upper(value), low, miss));
  return program.load(offset + 4, maskedHigh);
}

/** JSON's largest u64, 18446744073709551615, is read as 2^64 and meant by it. */
const BEYOND = 2 ** 64;

function upper(value: number): number {
  return value >= BEYOND ? 0xffffffff : Math.floor(value / 2 ** 32) >>> 0;
}

function lower(value: number): number {
  return value >= BEYOND ? 0xffffffff : value >>> 0;
}
