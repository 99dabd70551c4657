// Our standard output or error, written no faster than its reader reads.

import type { Writable } from 'node:stream';

export class Output implements Disposable {
  readonly #stream: Writable;
  readonly #fail: (error: Error) => void;
  #isClosed = false;

  /** @param closed is called once, when nobody reads any more (EPIPE) or the disk is full. */
  constructor(stream: Writable, closed: (error: Error) => void) {
    this.#stream = stream;
    this.#fail = (error) => {
      if (this.#isClosed) return;
      this.#isClosed = true;
      closed(error);
    };
    stream.on('error', this.#fail);
  }

  /** Resolves when the bytes have gone out. What comes after the reader has gone is thrown away. */
  async write(bytes: Buffer): Promise<void> {
    if (this.#isClosed) return;
    await new Promise<void>((resolve) => this.#stream.write(bytes, () => resolve()));
  }

  [Symbol.dispose](): void {
    this.#stream.off('error', this.#fail);
  }
}
