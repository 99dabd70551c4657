// Our standard output or error, written no faster than its reader reads.

import { writeAll } from './own-files.ts';

export class Output {
  readonly #fd: number;
  readonly #fail: (error: NodeJS.ErrnoException) => void;
  #isClosed = false;

  /** @param fail is called once, when nobody reads any more (EPIPE) or the disk is full. */
  constructor(fd: number, fail: (error: NodeJS.ErrnoException) => void) {
    this.#fd = fd;
    this.#fail = fail;
  }

  /** Resolves when the bytes have gone out. What comes after the reader has gone is thrown away. */
  async write(bytes: Buffer): Promise<void> {
    if (this.#isClosed) return;
    try {
      await writeAll(this.#fd, bytes);
    } catch (error) {
      this.#isClosed = true;
      this.#fail(error as NodeJS.ErrnoException);
    }
  }
}
