// Our standard input on its way to the program: read no further ahead than STDIN_WINDOW.

import type { DetachKeys } from './detach-keys.ts';
import { LARGEST_PAYLOAD, STDIN_WINDOW } from './frames.ts';
import { readSome } from './own-files.ts';

export interface InputUse {
  /** Takes what is sent before the next piece is read into the same memory. */
  send: (type: 'stdin' | 'stdin-end', data?: Buffer) => void;
  /** The keys by which the user leaves, and what happens then. */
  keys?: DetachKeys | undefined;
  leave?: () => void;
}

export class Input implements Disposable {
  readonly #fd: number;
  readonly #use: InputUse;
  /** Bytes that were sent and that the program has not taken yet. */
  #underWay = 0;
  #isDisposed = false;
  #goOn = () => {};

  constructor(fd: number, use: InputUse) {
    this.#fd = fd;
    this.#use = use;
    void this.#passAll();
  }

  /** The program has taken so many bytes. */
  taken(bytes: number): void {
    this.#underWay -= bytes;
    if (this.#underWay < STDIN_WINDOW) this.#goOn();
  }

  async #passAll(): Promise<void> {
    const buffer = Buffer.alloc(LARGEST_PAYLOAD);
    for (;;) {
      const count = await readSome(this.#fd, buffer).catch(() => 0); // EIO: the terminal was hung up
      if (this.#isDisposed) return;
      if (count === 0) return this.#use.send('stdin-end');
      if (this.#pass(buffer.subarray(0, count))) return this.#use.leave?.();
      if (this.#underWay >= STDIN_WINDOW) await new Promise<void>((resolve) => (this.#goOn = resolve));
    }
  }

  /** @returns true when the detach keys are complete. */
  #pass(typed: Buffer): boolean {
    const { send, keys } = this.#use;
    const { bytes, isComplete } = keys?.filter(typed) ?? { bytes: typed, isComplete: false };
    for (let at = 0; at < bytes.length; at += LARGEST_PAYLOAD) {
      send('stdin', bytes.subarray(at, at + LARGEST_PAYLOAD)); // keys that led nowhere may make it longer than what was read
    }
    this.#underWay += bytes.length;
    return isComplete;
  }

  /** Passes nothing on any more. A read that waits ends with this process. */
  [Symbol.dispose](): void {
    this.#isDisposed = true;
  }
}
