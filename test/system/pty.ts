// A terminal for the command line under test, with the test at the keyboard.
//
//     await using terminal = new Pty(['run', '--rm', '-it', 'box']);
//     await terminal.shows('/ # ');
//     terminal.type('exit 3\n');
//     expect(await terminal.ended).toBe(3);

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync } from 'node:fs';
import { constants } from 'node:os';
import { F_SETFL, O_CLOEXEC, O_NOCTTY, O_NONBLOCK, O_RDWR } from '../../src/linux/constants.ts';
import { fcntl, tryRead, write } from '../../src/linux/files.ts';
import { openPeer, posix_openpt, setTerminalSize, type TerminalSize, unlockpt } from '../../src/linux/terminal.ts';
import { type Options, SLIPWAY, spawnOptions } from './slipway.ts';
import { until } from './until.ts';

export class Pty implements AsyncDisposable {
  /** All that has come out so far. */
  text = '';
  readonly #master: number;
  readonly #slave: number;
  readonly child: ChildProcess;
  readonly ended: Promise<number>;

  /**
   * Starts a command line whose stdin, stdout, stderr and controlling terminal are a new terminal.
   * @param settings words for stty, for a terminal that is not as usual.
   */
  constructor(
    args: readonly string[],
    size: TerminalSize = { rows: 24, columns: 80 },
    options: Options = {},
    settings: readonly string[] = [],
  ) {
    this.#master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    unlockpt(this.#master);
    this.#slave = openPeer(this.#master);
    setTerminalSize(this.#master, size);
    if (settings.length > 0) this.stty(...settings);
    fcntl(this.#master, F_SETFL, O_NONBLOCK);
    const stdio = [this.#slave, this.#slave, this.#slave];
    this.child = spawn('setsid', ['--ctty', options.program ?? SLIPWAY, ...args], { ...spawnOptions(options), stdio });
    this.ended = new Promise((resolve) => {
      this.child.on('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal as NodeJS.Signals]));
    });
  }

  get pid(): number {
    return this.child.pid as number;
  }

  /** As fast as somebody who pastes. */
  async type(keys: string): Promise<void> {
    for (let rest = Buffer.from(keys); rest.length > 0; ) {
      await until('the terminal to take keys', () => {
        this.#read();
        try {
          rest = rest.subarray(write(this.#master, rest));
          return true;
        } catch {
          return false;
        }
      });
    }
  }

  /** Waits until the screen has shown this, after what was waited for before. */
  async shows(text: string | RegExp): Promise<void> {
    const holds = () => (typeof text === 'string' ? this.text.includes(text) : text.test(this.text));
    await until(`the terminal to show ${text}`, () => this.#read() || holds()).catch((error: Error) => {
      throw new Error(`${error.message}. It shows:\n${this.text}`);
    });
    this.text = '';
  }

  resize(size: TerminalSize): void {
    setTerminalSize(this.#master, size);
  }

  /** `stty -a` of the terminal: `icanon` or `-icanon`, and the like. */
  settings(): string {
    return this.stty('-a');
  }

  stty(...words: string[]): string {
    return spawnSync('stty', words, { stdio: [this.#slave, 'pipe', 'inherit'], encoding: 'utf8' }).stdout;
  }

  isRaw(): boolean {
    return /(^|\s)-icanon\b/.test(this.settings()) && /(^|\s)-isig\b/.test(this.settings());
  }

  #read(): false {
    const buffer = Buffer.alloc(65536);
    for (let count = tryRead(this.#master, buffer); count > 0; count = tryRead(this.#master, buffer)) {
      this.text += buffer.toString('utf8', 0, count);
    }
    return false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGKILL');
    await this.ended;
    closeSync(this.#master);
    closeSync(this.#slave);
  }
}
