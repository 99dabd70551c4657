// A program of classic BPF, as far as a seccomp filter needs it (Documentation/networking/filter.rst).
//
// The machine has one register, A. A load puts a word of struct seccomp_data into it; a jump compares it with a number
// and skips so many instructions if that is true, so many if not; a return ends the program with the answer. Jumps only
// go forward, so the program is written from its end to its beginning: where a jump goes is then there already.

/** Instruction codes (linux/bpf_common.h). */
export const LOAD = 0x20; // A = the word at offset `value`
export const AND = 0x54; // A &= value
const JUMP = 0x05; // skip `value` instructions, however many
const RETURN = 0x06; // the answer is `value`
export const IF_EQUAL = 0x15; // A == value
export const IF_GREATER = 0x25; // A > value, without a sign
export const IF_AT_LEAST = 0x35; // A >= value

/** BPF_MAXINSNS. */
const LONGEST = 4096;
/** A conditional jump has eight bits for each of its two distances. */
const FARTHEST = 255;

/** The distances of a jump count from the next instruction. */
export type Instruction = [code: number, value: number, ifTrue?: number, ifFalse?: number];

export class Program {
  readonly #words = new Uint32Array(LONGEST * 2);
  #start = LONGEST;

  /** In instructions. */
  get length(): number {
    return LONGEST - this.#start;
  }

  /** Puts an instruction in front of all others. @throws Error if the kernel would not take so many. */
  prepend(code: number, value: number, ifTrue = 0, ifFalse = 0): void {
    if (this.#start === 0) throw new Error(`seccomp: the profile takes more than the kernel's ${LONGEST} instructions`);
    this.#start--;
    this.#words[this.#start * 2] = code | (ifTrue << 16) | (ifFalse << 24);
    this.#words[this.#start * 2 + 1] = value;
  }

  prependAnswer(value: number): void {
    this.prepend(RETURN, value);
  }

  /** Skips the first `distance` instructions if A is at least `value`. A far jump takes a second instruction. */
  prependSkipIfAtLeast(value: number, distance: number): void {
    if (distance <= FARTHEST) {
      this.prepend(IF_AT_LEAST, value, distance, 0);
    } else {
      this.prepend(JUMP, distance);
      this.prepend(IF_AT_LEAST, value, 0, 1);
    }
  }

  /** Skips the first `distance` instructions unless A is `value`. */
  prependSkipUnlessEqual(value: number, distance: number): void {
    if (distance <= FARTHEST) {
      this.prepend(IF_EQUAL, value, 0, distance);
    } else {
      this.prepend(JUMP, distance);
      this.prepend(IF_EQUAL, value, 1, 0);
    }
  }

  /** struct sock_filter after struct sock_filter: u16 code, u8 and u8 distances, u32 value, in little-endian. */
  toBuffer(): Buffer {
    return Buffer.copyBytesFrom(this.#words, this.#start * 2);
  }
}
