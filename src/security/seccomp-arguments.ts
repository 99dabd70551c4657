// Comparing an argument of a system call. It has 64 bits, BPF's register has 32: the upper half is compared first, and
// only where it is equal does the lower one count.
//
// A filter sees the bare value alone. What a pointer points to is out of its reach, and could change after the look.

import type { SeccompArg } from '../oci.ts';
import { IF_AT_LEAST, IF_EQUAL, IF_GREATER, type Place, type Program } from './seccomp-program.ts';

const FIRST_ARGUMENT = 16; // in struct seccomp_data: after number, architecture and instruction pointer
const INDEXES = [0, 1, 2, 3, 4, 5];

/** Where the two outcomes of a comparison go on. */
interface Ways {
  match: Place;
  miss: Place;
}

/** An argument of the call that the filter looks at. The upper half of a 32-bit program's is taken for zero. */
interface Argument {
  offset: number;
  is32Bit: boolean;
}

/**
 * Writes the comparison with one argument.
 * @param is32Bit whether the caller has 32 bits. `int 0x80` in a 64-bit program does show the filter a whole register,
 * but the kernel then goes by the lower half.
 * @returns where the comparison begins.
 * @throws Error for an argument or operator that does not exist.
 */
export function compareArgument(program: Program, arg: SeccompArg, is32Bit: boolean, ways: Ways): Place {
  const { index, op, value, valueTwo = 0 } = arg;
  if (!INDEXES.includes(index)) throw new Error(`seccomp: a system call has no argument ${index}, only 0 to 5`);
  const argument = { offset: FIRST_ARGUMENT + index * 8, is32Bit };
  const opposite = { match: ways.miss, miss: ways.match };
  switch (op) {
    case 'SCMP_CMP_EQ':
      return isEqual(program, argument, value, ways);
    case 'SCMP_CMP_NE':
      return isEqual(program, argument, value, opposite);
    case 'SCMP_CMP_GT':
      return isBeyond(program, argument, IF_GREATER, value, ways);
    case 'SCMP_CMP_LE':
      return isBeyond(program, argument, IF_GREATER, value, opposite);
    case 'SCMP_CMP_GE':
      return isBeyond(program, argument, IF_AT_LEAST, value, ways);
    case 'SCMP_CMP_LT':
      return isBeyond(program, argument, IF_AT_LEAST, value, opposite);
    case 'SCMP_CMP_MASKED_EQ':
      return isMaskedEqual(program, argument, value, valueTwo, ways);
    default:
      throw new Error(`seccomp: there is no operator ${op}`);
  }
}

function isEqual(program: Program, argument: Argument, value: number, { match, miss }: Ways): Place {
  const low = loadLower(program, argument, program.branch(IF_EQUAL, lower(value), match, miss));
  return loadUpper(program, argument, program.branch(IF_EQUAL, upper(value), low, miss));
}

/** Greater, or at least as great: that is a matter of the lower half alone. */
function isBeyond(program: Program, argument: Argument, than: number, value: number, { match, miss }: Ways): Place {
  const low = loadLower(program, argument, program.branch(than, lower(value), match, miss));
  const notGreater = program.branch(IF_EQUAL, upper(value), low, miss);
  return loadUpper(program, argument, program.branch(IF_GREATER, upper(value), match, notGreater));
}

function isMaskedEqual(program: Program, argument: Argument, mask: number, value: number, ways: Ways): Place {
  const { match, miss } = ways;
  const maskedLow = program.and(lower(mask), program.branch(IF_EQUAL, lower(value), match, miss));
  const low = loadLower(program, argument, maskedLow);
  const maskedHigh = program.and(upper(mask), program.branch(IF_EQUAL, upper(value), low, miss));
  return loadUpper(program, argument, maskedHigh);
}

function loadLower(program: Program, { offset }: Argument, next: Place): Place {
  return program.load(offset, next);
}

function loadUpper(program: Program, { offset, is32Bit }: Argument, next: Place): Place {
  return is32Bit ? program.set(0, next) : program.load(offset + 4, next); // little-endian
}

/** JSON's largest u64, 18446744073709551615, is read as 2^64 and meant by it. */
const BEYOND = 2 ** 64;

function upper(value: number): number {
  return value >= BEYOND ? 0xffffffff : Math.floor(value / 2 ** 32) >>> 0;
}

function lower(value: number): number {
  return value >= BEYOND ? 0xffffffff : value >>> 0;
}
