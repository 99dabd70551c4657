// The lab: starts the learner's program inside the guard, and looks at it from outside, by /proc.
//
//     const held = await lab.hold([lab.rootfs()]);      exercise.ts ROOTFS sh -c 'echo ready; read line'
//     held.link('ns/uts')                               the namespace of the command in the container
//     await held.end();

import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { assemble } from '../../chroot/assemble.ts';
import { planBox } from '../../chroot/box-plan.ts';
import { SLIPWAY } from '../home.ts';
import { Held } from './held.ts';
import { cmdline } from './processes.ts';
import { type Ended, nodeWords, PATIENCE_MS, Program } from './program.ts';
import { endedEarly, NoProcessLeft, neverBegan, neverEnded, neverRan } from './program-failed.ts';
import type { Report } from './report.ts';

export type Reported = Ended & { report: Report | undefined };

export class Lab {
  /** The words that start the program. */
  readonly words: readonly string[];
  /** A program with its words that starts the learner's and becomes it: see around.ts. */
  around: readonly string[] = [];
  readonly #folder = mkdtempSync('/tmp/lab-');
  readonly #held: Held[] = [];
  readonly #programs: Program[] = [];
  #count = 0;

  /** @param program the learner's file, or the words that start any other program. */
  constructor(program: string | readonly string[]) {
    this.words = typeof program === 'string' ? nodeWords(program) : program;
  }

  /** A new folder of the lab's own. */
  folder(name = 'folder'): string {
    const path = join(this.#folder, `${name}-${this.#count++}`);
    mkdirSync(path);
    return path;
  }

  /** A new root, made of the machine's own programs: a shell and its tools. */
  rootfs(): string {
    const path = join(this.#folder, `rootfs-${this.#count++}`);
    assemble(path, planBox({}).entries);
    return path;
  }

  /** Runs the program with these words to its end. @throws ProgramFailed when it cannot be started, or takes too long. */
  run(words: readonly string[], input: string | Buffer = ''): Promise<Reported> {
    const program = this.#start([...this.around, ...this.words, ...words]);
    program.child.stdin?.end(input);
    return this.#endOf(program);
  }

  /** As run(), for a program that leaves processes behind, which go on. It gets no input. */
  call(words: readonly string[]): Promise<Reported> {
    return this.#endOf(this.#start([...this.around, ...this.words, ...words], this.folder('call')));
  }

  async #endOf(program: Program): Promise<Reported> {
    const code = await Promise.race([program.ended, sleep(PATIENCE_MS, undefined, { ref: false })]);
    if (code === undefined) {
      program.child.kill('SIGKILL');
      throw neverEnded(program);
    }
    if (program.refusal) throw neverBegan(program.refusal);
    return { ...program.end(code), report: program.report() };
  }

  /**
   * Runs the program with these words and a command behind them that waits, and looks for that command.
   * @param first a shell line that the command runs before it waits.
   * @param more words behind that line: the shell's own $0, $1 and so on.
   * @throws ProgramFailed when the program ends before.
   */
  hold(words: readonly string[], first = '', more: readonly string[] = []): Promise<Held> {
    return this.#hold([...this.around, ...this.words, ...words], first, more);
  }

  /** Starts a container of Slipway's, whose command waits: to be looked at, or joined. `around` is as for the program. */
  container(around: readonly string[] = []): Promise<Held> {
    return this.beside([...around, SLIPWAY, 'run', '--rm', '-i', '--rootfs', this.rootfs()]);
  }

  /** Starts another program than the learner's, with a command behind it that waits. */
  async beside(words: readonly string[]): Promise<Held> {
    try {
      return await this.#hold(words);
    } catch (error) {
      if (error instanceof NoProcessLeft) throw error;
      throw new Error(`${words.join(' ')} did not start a command: ${(error as Error).message}`);
    }
  }

  async #hold(words: readonly string[], first = '', more: readonly string[] = []): Promise<Held> {
    const mark = `lab-mark-${this.#count++}`;
    const line = `${first}${first && '; '}echo ready; read line || { sleep 1000; :; } # ${mark}`;
    const program = this.#start([...words, 'sh', '-c', line, ...more]);
    const held = new Held(program, mark);
    const deadline = Date.now() + PATIENCE_MS;
    for (let round = 1; !program.stdout.includes('ready'); round++) {
      const code = await Promise.race([program.ended, sleep(5)]);
      if (code !== undefined) throw endedEarly(program, code);
      if (round % 20 === 0 && held.isMute()) break;
      if (Date.now() > deadline) throw neverRan(program);
    }
    held.find();
    this.#held.push(held);
    return held;
  }

  /** Ends what still runs: what waits by itself, so that it can clean up, and all else by force. */
  async end(): Promise<void> {
    for (const held of this.#held.toReversed()) await held.end(); // first what has joined another
    for (const { child } of this.#programs) child.kill('SIGKILL');
    if (isAlone()) killAllOthers();
    await Promise.race([
      Promise.all(this.#programs.map(({ ended }) => ended)),
      sleep(PATIENCE_MS, undefined, { ref: false }),
    ]);
  }

  /** An error that nobody caught, in any of the program's processes. */
  get report(): Report | undefined {
    return this.#programs.map((program) => program.report()).find((report) => report !== undefined);
  }

  /** What the program has printed, however often it was started. */
  get output(): string {
    return this.#programs.map(({ output }) => output.replace(/^ready\n/m, '')).join('');
  }

  #start(words: readonly string[], folder?: string): Program {
    const program = new Program(words, folder);
    this.#programs.push(program);
    return program;
  }
}

/** True in the guard, where all other processes come from the learner's program. */
function isAlone(): boolean {
  return /\/src\/learn\/(conform\/)?inside\.ts\0/.test(cmdline(1));
}

/** man 2 kill: -1 is every process but PID 1 and the caller. */
function killAllOthers(): void {
  try {
    process.kill(-1, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // there is none
  }
}
