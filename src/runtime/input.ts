// Our standard input on its way to the program: read no further ahead than STDIN_WINDOW.

import type { Readable } from 'node:stream';
import type { DetachKeys } from './detach-keys.ts';
import { LARGEST_PAYLOAD, STDIN_WINDOW } from './frames.ts';

export interface InputUse {
  send: (type: 'stdin' | 'stdin-end', data?: Buffer) => void;
  /** The keys by which the user leaves, and what happens then. */
  keys?: DetachKeys | undefined;
  leave?: () => void;
}

export class Input implements Disposable {
  readonly #stream: Readable;
  readonly #use: InputUse;
  /** Bytes that were sent and that the program has not taken yet. */
  #underWay = 0;

  constructor(stream: Readable, use: InputUse) {
    this.#stream = stream;
    this.#use = use;
    const end = () => use.send('stdin-end');
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

  #pass(typed: Buffer): void {
    const { send, keys, leave } = this.#use;
    const { bytes, isComplete } = keys?.filter(typed) ?? { bytes: typed, isComplete: false };
    for (let at = 0; at < bytes.length; at += LARGEST_PAYLOAD) {
      send('stdin', bytes.subarray(at, at + LARGEST_PAYLOAD));
    }
    if (isComplete) return leave?.();
    this.#underWay += bytes.length;
    if (this.#underWay >= STDIN_WINDOW) this.#stream.pause();
  }

  /** Stops reading: what was not read is left to whoever reads next, and does not keep this process alive. */
  [Symbol.dispose](): void {
    this.#stream.removeAllListeners('data').removeAllListeners('end');
    this.#stream.on('error', () => {}).destroy();
  }
}
