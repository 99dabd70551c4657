// Our standard input on its way to the program: read no further ahead than STDIN_WINDOW.

import { LARGEST_PAYLOAD, STDIN_WINDOW } from './frames.ts';
import { readSome } from './own-files.ts';

/** Takes what is sent before the next piece is read into the same memory. */
type Send = (type: 'stdin' | 'stdin-end', data?: Buffer) => void;

export class Input implements Disposable {
  readonly #fd: number;
  readonly #send: Send;
  /** Bytes that were sent and that the program has not taken yet. */
  #underWay = 0;
  #isDisposed = false;
  #goOn = () => {};

  constructor(fd: number, send: Send) {
    this.#fd = fd;
    this.#send = send;
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
      if (count === 0) return this.#send('stdin-end');
      this.#send('stdin', buffer.subarray(0, count));
      this.#underWay += count;
      if (this.#underWay >= STDIN_WINDOW) await new Promise<void>((resolve) => (this.#goOn = resolve));
    }
  }

  /** Passes nothing on any more. A read that waits ends with this process. */
  [Symbol.dispose](): void {
    this.#isDisposed = true;
  }
}
