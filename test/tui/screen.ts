// A screen without a terminal: Ink renders into it, and tests read whole frames and press keys.
//
//     await using screen = new Screen(<App … />, { columns: 80, rows: 24 });
//     await screen.press('j');
//     expect(screen.frame()).toContain('❯');

import { EventEmitter } from 'node:events';
import { stripVTControlCharacters } from 'node:util';
import { type Instance, render } from 'ink';
import type { ReactNode } from 'react';
import stringWidth from 'string-width';
import { expect } from 'vitest';
import { until } from '../system/until.ts';

class Output extends EventEmitter {
  columns: number;
  rows: number;
  isTTY = true;
  written = '';

  constructor(columns: number, rows: number) {
    super();
    this.columns = columns;
    this.rows = rows;
  }

  /** In Ink's debug mode every write is a whole frame. */
  write(text: string, done?: () => void): boolean {
    if (text !== '' && text !== '\n') this.written = text;
    done?.();
    return true;
  }
}

class Input extends EventEmitter {
  isTTY = true;
  #keys: string[] = [];

  type(keys: string): void {
    this.#keys.push(keys);
    this.emit('readable');
  }

  read(): string | null {
    return this.#keys.shift() ?? null;
  }

  setEncoding(): void {}
  setRawMode(): void {}
  ref(): void {}
  unref(): void {}
  resume(): void {}
  pause(): void {}
}

export const KEYS = {
  up: '\x1b[A',
  down: '\x1b[B',
  right: '\x1b[C',
  left: '\x1b[D',
  enter: '\r',
  escape: '\x1b',
  tab: '\t',
};

export class Screen implements AsyncDisposable {
  readonly #output: Output;
  readonly #input = new Input();
  readonly #app: Instance;

  constructor(node: ReactNode, { columns = 80, rows = 24, isPlain = false } = {}) {
    this.#output = new Output(columns, rows);
    this.#app = render(node, {
      stdout: this.#output as unknown as NodeJS.WritableStream,
      stdin: this.#input as unknown as NodeJS.ReadableStream,
      debug: true,
      interactive: true,
      exitOnCtrlC: false,
      patchConsole: false,
      isScreenReaderEnabled: isPlain,
    });
  }

  /** What is seen now, without colours. No line is wider than the terminal. */
  frame(): string {
    const lines = stripVTControlCharacters(this.#output.written).split('\n');
    for (const line of lines) expect(stringWidth(line), line).toBeLessThanOrEqual(this.#output.columns);
    return lines.map((line) => line.trimEnd()).join('\n');
  }

  lines(): string[] {
    return this.frame().split('\n');
  }

  async press(keys: string): Promise<void> {
    this.#input.type(keys);
    for (let turns = 0; turns < 6; turns++) await this.#app.waitUntilRenderFlush();
  }

  async shows(text: string | RegExp, timeoutMs?: number): Promise<void> {
    const holds = () => (typeof text === 'string' ? this.frame().includes(text) : text.test(this.frame()));
    await until(`the screen to show ${text}`, holds, timeoutMs).catch((error: Error) => {
      throw new Error(`${error.message}. It shows:\n${this.frame()}`);
    });
  }

  async resize(columns: number, rows: number): Promise<void> {
    Object.assign(this.#output, { columns, rows });
    this.#output.emit('resize');
    await this.#app.waitUntilRenderFlush();
  }

  /** Resolves when the program has ended by itself. */
  get ended(): Promise<unknown> {
    return this.#app.waitUntilExit();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#app.unmount();
  }
}
