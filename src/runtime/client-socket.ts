// The client's socket, in its two directions.
//
// What comes is read into one buffer over and over: output of any length makes no garbage, and memory stays flat.

import { readSome, writeAll } from './own-files.ts';

const BUFFER_SIZE = 64 * 1024;

/** Sends frames one after another. When nobody is there any more, what is sent is lost without a word. */
export class Sender {
  readonly #fd: number;
  #last: Promise<void> = Promise.resolve();

  constructor(fd: number) {
    this.#fd = fd;
  }

  /** Resolves when it is sent. */
  send(frame: Buffer): Promise<void> {
    this.#last = this.#last.then(() => writeAll(this.#fd, frame)).catch(() => {});
    return this.#last;
  }
}

/**
 * What comes, in pieces. The memory of each is filled anew as soon as the next one is asked for. It ends when the other
 * side ends or is killed: a reset (ECONNRESET) is but an end.
 */
export async function* receive(fd: number): AsyncGenerator<Buffer> {
  const buffer = Buffer.alloc(BUFFER_SIZE);
  for (;;) {
    const count = await readSome(fd, buffer).catch(endOnReset);
    if (count === 0) return;
    yield buffer.subarray(0, count);
  }
}

function endOnReset(error: NodeJS.ErrnoException): 0 {
  if (error.code === 'ECONNRESET') return 0;
  throw error;
}
