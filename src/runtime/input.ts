// Our standard input on its way to the program: read no further ahead than STDIN_WINDOW.

import type { Readable } from 'node:stream';
import { LARGEST_PAYLOAD, STDIN_WINDOW } from './frames.ts';

type Send = (type: 'stdin' | 'stdin-end', data?: Buffer) => void;

export class Input implements Disposable {
  readonly #stream: Readable;
  readonly #send: Send;
  /** Bytes that were sent and that the program has not taken yet. */
  #underWay = 0;

  constructor(stream: Readable, send: Send) {
    this.#stream = stream;
    this.#send = send;
    const end = () => send('stdin-end');
    stream
      .on('data', (bytes: Buffer) => this.#pass(bytes))
      .once('end', end)
      .once('error', end); // EIO: the terminal was hung up
  }

  /** The program has taken so many bytes. */
  taken(bytes: number): void {
    this.#underWay -= bytes;
    if (this.#underWay < STDIN_WINDOW && this.#stream.isPaused()) this.#stream.resume();
  }

  #pass(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; at += LARGEST_PAYLOAD) {
      this.#send('stdin', bytes.subarray(at, at + LARGEST_PAYLOAD));
    }
    this.#underWay += bytes.length;
    if (this.#underWay >= STDIN_WINDOW) this.#stream.pause();
  }

  /** Stops reading: what was not read is left to whoever reads next, and does not keep this process alive. */
  [Symbol.dispose](): void {
    this.#stream.removeAllListeners('data').removeAllListeners('end');
    this.#stream.on('error', () => {}).destroy();
  }
}
