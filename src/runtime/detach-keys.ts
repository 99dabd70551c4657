// The keys by which somebody at a terminal leaves a program to itself: Ctrl-P Ctrl-Q, as with Docker, or others.

/** Finds the keys in what is typed. The first of them are held back until it is clear whether the others follow. */
export class DetachKeys {
  readonly #keys: Buffer;
  /** How many of the keys have been typed. */
  #typed = 0;

  constructor(keys: Buffer) {
    this.#keys = keys;
  }

  /** @returns what the program gets, and whether all keys have been typed; what comes after them is for nobody. */
  filter(typed: Buffer): { bytes: Buffer; isComplete: boolean } {
    const bytes: number[] = [];
    for (const byte of typed) {
      if (byte === this.#keys[this.#typed]) {
        this.#typed++;
        if (this.#typed === this.#keys.length) return { bytes: Buffer.from(bytes), isComplete: true };
      } else {
        bytes.push(...this.#keys.subarray(0, this.#typed));
        this.#typed = byte === this.#keys[0] ? 1 : 0;
        if (this.#typed === 0) bytes.push(byte);
      }
    }
    return { bytes: Buffer.from(bytes), isComplete: false };
  }
}
