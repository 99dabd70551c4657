// A recording of a terminal as asciinema plays it: asciicast v2, https://docs.asciinema.org/manual/asciicast/v2
//
//     {"version":2,"width":80,"height":24,"timestamp":1504467315,"title":"…","env":{"TERM":"xterm"}}
//     [0.248848,"o","\u001b[1mHello\u001b[0m"]     after 0.25 seconds this came out
//     [4.05,"r","120x40"]                          the terminal got another size
//
// It is written line by line as things happen, so one that was cut off plays to where it was.

import { openSync, writeSync } from 'node:fs';
import type { TerminalSize } from '../linux/terminal.ts';

export class Asciicast {
  readonly #fd: number;
  readonly #begunAt = performance.now();
  /** A character may come in two parts. */
  readonly #decoder = new TextDecoder();
  /** Why the recording ends before what it records does. */
  failure: Error | undefined;

  /** @throws Error EEXIST for a file that is there: a recording cannot be had again. */
  constructor(file: string, { rows, columns }: TerminalSize, title: string) {
    this.#fd = openSync(file, 'wx');
    const { TERM = '', SHELL = '' } = process.env;
    const timestamp = Math.floor(Date.now() / 1000);
    this.#write({ version: 2, width: columns, height: rows, timestamp, title, env: { TERM, SHELL } });
  }

  output(bytes: Uint8Array): void {
    const text = this.#decoder.decode(bytes, { stream: true });
    if (text !== '') this.#event('o', text);
  }

  resized({ rows, columns }: TerminalSize): void {
    this.#event('r', `${columns}x${rows}`);
  }

  #event(code: 'o' | 'r', data: string): void {
    const seconds = Math.round((performance.now() - this.#begunAt) * 1000) / 1e6;
    try {
      if (!this.failure) this.#write([seconds, code, data]);
    } catch (error) {
      this.failure = error as Error; // a full disk must not end what is shown
    }
  }

  #write(line: unknown): void {
    writeSync(this.#fd, `${JSON.stringify(line)}\n`);
  }
}
