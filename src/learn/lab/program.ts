// A program that the lab has started: what it prints, what it reports, and how it ends.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { HOME } from '../home.ts';
import { patient } from '../patience.ts';
import type { Report } from './report.ts';

/** How long a program may take to get to where the command in it runs, or to its end. */
export const PATIENCE_MS = patient(10_000);

/** Bytes of its output that are kept: one that prints for ever shall not fill the guard. */
const MOST_KEPT = 32 << 20;

/** Characters of both streams that are kept for the learner, from the end. */
const MOST_SHOWN = 64 << 10;

const FILES = ['stdout', 'stderr', 'report'];

export interface Ended {
  /** 128 + signal for one that a signal ended. */
  code: number;
  stdout: string;
  stderr: string;
  /** What it wrote to stdout, as it was written. */
  bytes: Buffer;
}

/** Loaded ahead of a learner's program, which may only end by _exit once it has forked, for an error too. */
export const REPORT = join(HOME, 'src/learn/lab/report.ts');

/** The learner's program is a Node process with the flags that make a fork safe, and report.ts for what it throws. */
export function nodeWords(file: string): string[] {
  const flags = ['--single-threaded', '--v8-pool-size=0', '--disable-sigusr1', '--no-warnings'];
  return [process.execPath, ...flags, '--import', REPORT, file];
}

export class Program {
  readonly child: ChildProcess;
  /** Its exit code, when all its output has been read; 127, as a shell says, for one that could not be started. */
  readonly ended: Promise<number>;
  stdout = '';
  stderr = '';
  /** The end of both, as they came. */
  output = '';
  /** Why it could not be started. */
  refusal: NodeJS.ErrnoException | undefined;
  #report = '';
  readonly #bytes: Buffer[] = [];

  /**
   * @param folder for a program that leaves processes behind: they would hold pipes open, and with them its end. It has no
   * input then, and its output goes to files in this folder, which are read when it has ended.
   */
  constructor([program = '', ...words]: readonly string[], folder?: string) {
    const files = folder === undefined ? [] : FILES.map((name) => openSync(join(folder, name), 'w'));
    const [stdout = 'pipe', stderr = 'pipe', report = 'pipe'] = files;
    this.child = spawn(program, words, {
      // Nobody else is given the fourth: a process that is left behind would hold it open.
      stdio: [folder === undefined ? 'pipe' : 'ignore', stdout, stderr, words.includes(REPORT) ? report : 'ignore'],
      env: { ...process.env, SLIPWAY_REPORT_FD: '3' },
      detached: true,
    });
    for (const file of files) closeSync(file);
    this.child.stdin?.on('error', () => {}); // it did not want its input
    this.#listen(this.child.stdout, (bytes, text) => {
      this.#bytes.push(bytes);
      this.stdout += text;
    });
    this.#listen(this.child.stderr, (_, text) => {
      this.stderr += text;
    });
    (this.child.stdio[3] as Readable | null)?.on('data', (bytes: Buffer) => {
      this.#report += bytes;
    });
    this.ended = once(this.child, 'close').then(
      ([code, signal]) => {
        if (folder !== undefined) this.#readFiles(folder);
        return code ?? 128 + constants.signals[signal as NodeJS.Signals];
      },
      (error: NodeJS.ErrnoException) => this.#neverBegan(error),
    );
  }

  end(code: number): Ended {
    return { code, stdout: this.stdout, stderr: this.stderr, bytes: Buffer.concat(this.#bytes) };
  }

  /** With all that it has forked: a parent that waits for nobody would hold up the end of a PID namespace. */
  killAll(): void {
    try {
      process.kill(-(this.child.pid as number), 'SIGKILL'); // it leads a group (`detached`)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  report(): Report | undefined {
    const line = this.#report.trim().split('\n')[0];
    return line ? JSON.parse(line) : undefined;
  }

  /** All is read, or the program would have to wait; but no more than so much is kept. */
  #listen(stream: Readable | null, keep: (bytes: Buffer, text: string) => void): void {
    const decoder = new StringDecoder(); // a character may come in two parts
    let kept = 0;
    stream?.on('data', (bytes: Buffer) => {
      const text = decoder.write(bytes);
      this.output = (this.output + text).slice(-MOST_SHOWN);
      kept += bytes.length;
      if (kept <= MOST_KEPT) keep(bytes, text);
    });
  }

  #readFiles(folder: string): void {
    const [stdout = '', stderr = '', report = ''] = FILES.map((name) => readFileSync(join(folder, name), 'utf8'));
    Object.assign(this, { stdout, stderr, output: `${stdout}${stderr}`.slice(-MOST_SHOWN) });
    this.#report = report;
  }

  #neverBegan(error: NodeJS.ErrnoException): number {
    this.refusal = error;
    return 127;
  }
}
