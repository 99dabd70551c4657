// A program of classic BPF, as far as a seccomp filter needs it (Documentation/networking/filter.rst).
//
// The machine has one register, A. A load puts a word of struct seccomp_data into it, a branch compares it with a
// number and skips some instructions or others, and an answer ends the program. Branches only go forward, so we write
// the program from its end to its beginning: where a branch goes is there already, and has a place.
//
//     const deny = program.answer(ERRNO)
//     const allow = program.answer(ALLOW)
//     const isExecve = program.branch(IF_EQUAL, 59, allow, deny)    if (A == 59) goto allow; else goto deny;
//     program.load(0, isExecve)                                     A = the number of the call; goto isExecve;

/** An instruction, by how many come after it. */
export type Place = number;

const SET = 0x00; // A = value
const LOAD = 0x20; // A = the word at offset `value`
const AND = 0x54; // A &= value
const JUMP = 0x05; // skip `value` instructions, however many
const RETURN = 0x06; // the answer is `value`

/** The comparisons of a branch (linux/bpf_common.h). Numbers have no sign. */
export const IF_EQUAL = 0x15;
export const IF_GREATER = 0x25;
export const IF_AT_LEAST = 0x35;

/** BPF_MAXINSNS. */
const LONGEST = 4096;
/** How many instructions a branch can skip: 255 fit, but a jump for its other side may yet come in between. */
const FARTHEST = 254;
/** An answer as near as this is used again, in place of another one like it. */
const NEAR = 128;

export class Program {
  /** Two words an instruction, from the last to the first, and each with its value ahead of its code. */
  readonly #words: number[] = [];
  readonly #answers = new Map<number, Place>();

  /** Takes the word at this offset and goes on at `next`. */
  load(offset: number, next: Place): Place {
    return this.#prependTo(next, LOAD, offset);
  }

  /** Takes this number and goes on at `next`. */
  set(value: number, next: Place): Place {
    return this.#prependTo(next, SET, value);
  }

  /** Clears the bits that the mask does not have, and goes on at `next`. */
  and(mask: number, next: Place): Place {
    return this.#prependTo(next, AND, mask);
  }

  /** Ends the program with this answer. */
  answer(value: number): Place {
    const known = this.#answers.get(value);
    if (known !== undefined && this.#distance(known) < NEAR) return known;
    const place = this.#prepend(RETURN, value);
    this.#answers.set(value, place);
    return place;
  }

  /** Compares A with `value` and goes on at either place. A far one is reached by a jump of its own. */
  branch(comparison: number, value: number, ifTrue: Place, ifFalse: Place): Place {
    const no = this.#nearby(ifFalse);
    const yes = this.#nearby(ifTrue);
    return this.#prepend(comparison | (this.#distance(yes) << 16) | (this.#distance(no) << 24), value);
  }

  #prependTo(next: Place, code: number, value: number): Place {
    const distance = this.#distance(next);
    if (distance > 0) this.#prepend(JUMP, distance);
    return this.#prepend(code, value);
  }

  #nearby(place: Place): Place {
    return this.#distance(place) <= FARTHEST ? place : this.#prepend(JUMP, this.#distance(place));
  }

  /** How many instructions a new one would have to skip to get there. */
  #distance(place: Place): number {
    return this.#words.length / 2 - place - 1;
  }

  #prepend(code: number, value: number): Place {
    return this.#words.push(value, code) / 2 - 1;
  }

  /**
   * struct sock_filter after struct sock_filter: u16 code, u8 and u8 distances, u32 value, in little-endian.
   * @throws Error if the kernel would not take so many.
   */
  toBuffer(): Buffer {
    const length = this.#words.length / 2;
    if (length > LONGEST) throw new Error(`seccomp: the filter takes ${length} instructions, the kernel ${LONGEST}`);
    return Buffer.copyBytesFrom(Uint32Array.from(this.#words).reverse());
  }
}
