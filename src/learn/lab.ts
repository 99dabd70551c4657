// The lab: starts the learner's program inside the guard, and looks at it from outside, by /proc.
//
//     const held = await lab.hold([lab.rootfs()]);      exercise.ts ROOTFS sh -c 'echo ready; read line'
//     held.look('ns/uts')                               the namespace of the command in the container
//     await held.end();

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { assemble } from '../chroot/assemble.ts';
import { planBox } from '../chroot/box-plan.ts';
import { HOME } from './home.ts';
import type { Text } from './text.ts';

/** How long the program may take to get to where the command in it runs, or to its end. */
const PATIENCE_MS = 10_000;

/** Starts a program as a user without rights, who owns the same files: for `lab.around`. */
export const AS_A_USER = ['unshare', '--user', '--map-user=54321', '--map-group=54321'];

/**
 * Starts a program as a user without rights, who may change no cgroup either, although the same files are theirs. The
 * guard's root may: its cgroups are handed to it.
 */
export const AS_AN_ORDINARY_USER = [
  ...['unshare', '--mount', 'sh', '-c'],
  `grep -E ' - cgroup2? ' /proc/self/mountinfo | cut -d ' ' -f 5 |
     while read -r place; do mount -o remount,bind,ro "$place"; done; exec ${AS_A_USER.join(' ')} "$@"`,
  'sh',
];

/** Starts a program on a machine whose mounts are shared, as systemd makes them: for `lab.around`. */
export const WHERE_MOUNTS_ARE_SHARED = ['unshare', '--mount', '--propagation=shared'];

export interface Ended {
  /** 128 + signal for one that a signal ended. */
  code: number;
  stdout: string;
  stderr: string;
  /** What it wrote to stdout, as it was written. */
  bytes: Buffer;
}

/** What report.ts tells of an error that nobody caught. */
export interface Report {
  message: string;
  call?: string;
  /** The call with what it was about: `chroot("/nowhere")`. */
  subject?: string;
  errno?: number;
  code?: string;
  hint?: string;
  lesson?: string;
  /** Of the learner's own file. */
  file?: string;
  line?: number;
}

/** The program did not get as far as the goal wants to look. */
export class ProgramFailed extends Error {
  readonly seen: Text;
  readonly report: Report | undefined;
  /** It would have gone on for ever: there is no use in asking more of it. */
  readonly hangs: boolean;

  constructor(seen: Text, report: Report | undefined, hangs = false) {
    super(seen.en);
    this.seen = seen;
    this.report = report;
    this.hangs = hangs;
  }
}

export class Lab {
  /** The words that start the program. */
  readonly #program: readonly string[];
  /** A program with its words that starts the learner's and becomes it: AS_A_USER. */
  around: readonly string[] = [];
  readonly #folder = mkdtempSync('/tmp/lab-');
  readonly #held: Held[] = [];
  readonly #programs: Program[] = [];
  #count = 0;

  /** @param program the learner's file, or the words that start any other program. */
  constructor(program: string | readonly string[]) {
    this.#program = typeof program === 'string' ? nodeWords(program) : program;
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

  /** Runs the program with these words to its end. @throws ProgramFailed when that takes too long. */
  async run(words: readonly string[], input: string | Buffer = ''): Promise<Ended & { report: Report | undefined }> {
    const program = this.#start([...this.around, ...this.#program, ...words]);
    program.child.stdin?.end(input);
    const code = await Promise.race([program.ended, sleep(PATIENCE_MS, undefined, { ref: false })]);
    if (code === undefined) {
      program.child.kill('SIGKILL');
      throw new ProgramFailed(
        { en: `it did not end within ${PATIENCE_MS / 1000} s`, zh: `${PATIENCE_MS / 1000} 秒内没有结束` },
        program.report(),
        true,
      );
    }
    return { ...program.end(code), report: program.report() };
  }

  /**
   * Runs the program with these words and a command behind them that waits, and looks for that command.
   * @param first a shell line that the command runs before it waits.
   * @param more words behind that line: the shell's own $0, $1 and so on.
   * @throws ProgramFailed when the program ends before.
   */
  hold(words: readonly string[], first = '', more: readonly string[] = []): Promise<Held> {
    return this.#hold([...this.around, ...this.#program, ...words], first, more);
  }

  /** Starts a container of Slipway's, whose command waits: to be looked at, or joined. `around` is as for the program. */
  container(around: readonly string[] = []): Promise<Held> {
    return this.beside([...around, join(HOME, 'slipway'), 'run', '--rm', '-i', '--rootfs', this.rootfs()]);
  }

  /** Starts another program than the learner's, with a command behind it that waits. */
  async beside(words: readonly string[]): Promise<Held> {
    try {
      return await this.#hold(words);
    } catch (error) {
      throw new Error(`${words.join(' ')} did not start a command: ${(error as Error).message}`);
    }
  }

  async #hold(words: readonly string[], first = '', more: readonly string[] = []): Promise<Held> {
    const mark = `lab-mark-${this.#count++}`;
    const line = `${first}${first && '; '}echo ready; read line || { sleep 1000; :; } # ${mark}`;
    const program = this.#start([...words, 'sh', '-c', line, ...more]);
    const held = new Held(program, mark);
    const deadline = Date.now() + PATIENCE_MS;
    while (!program.stdout.includes('ready')) {
      const code = await Promise.race([program.ended, sleep(5)]);
      if (code !== undefined) throw failed(program, code);
      if (Date.now() > deadline) throw tooLate(program);
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

  /** What the program has printed, however often it was started. */
  get output(): string {
    return this.#programs.map(({ output }) => output.replace(/^ready\n/m, '')).join('');
  }

  #start(words: readonly string[]): Program {
    const program = new Program(words);
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

function failed(program: Program, code: number): ProgramFailed {
  const last = program.stderr.trim().split('\n').at(-1) ?? '';
  const report = program.report();
  if (report) return new ProgramFailed({ en: report.message, zh: report.message }, report);
  if (code === 137) return new ProgramFailed(wasKilled(), report);
  return new ProgramFailed(
    {
      en: `the program ended with ${code} before its command ran${last && `: ${last}`}`,
      zh: `程序在命令运行之前就以 ${code} 结束了${last && `：${last}`}`,
    },
    report,
  );
}

function wasKilled(): Text {
  return oomKills() > 0
    ? { en: 'the kernel killed the program because it used up the memory', zh: '程序用光了内存，被内核杀死了' }
    : { en: 'the program was killed by SIGKILL before its command ran', zh: '命令还没运行，程序就被 SIGKILL 杀死了' };
}

/** Processes that the guard's memory limit has killed. */
function oomKills(): number {
  const files = ['/sys/fs/cgroup/memory.events', '/sys/fs/cgroup/memory/memory.oom_control'];
  const text = files.filter((file) => existsSync(file)).map((file) => readFileSync(file, 'utf8'));
  return Number(/^oom_kill (\d+)$/m.exec(text.join(''))?.[1] ?? 0);
}

function tooLate(program: Program): ProgramFailed {
  return new ProgramFailed(
    {
      en: `its command did not run within ${PATIENCE_MS / 1000} s`,
      zh: `${PATIENCE_MS / 1000} 秒内命令没有运行起来`,
    },
    program.report(),
    true,
  );
}

/** Loaded ahead of a learner's program, which may only end by _exit once it has forked, for an error too. */
export const REPORT = join(HOME, 'src/learn/report.ts');

/** The learner's program is a Node process with the flags that make a fork safe, and report.ts for what it throws. */
function nodeWords(file: string): string[] {
  const flags = ['--single-threaded', '--v8-pool-size=0', '--disable-sigusr1', '--no-warnings'];
  return [process.execPath, ...flags, '--import', REPORT, file];
}

class Program {
  readonly child: ChildProcess;
  readonly ended: Promise<number>;
  stdout = '';
  stderr = '';
  /** Both, as they came. */
  output = '';
  #report = '';
  readonly #bytes: Buffer[] = [];

  constructor([program = '', ...words]: readonly string[]) {
    this.child = spawn(program, words, {
      // Nobody else is given the fourth: a process that is left behind would hold it open.
      stdio: ['pipe', 'pipe', 'pipe', words.includes(REPORT) ? 'pipe' : 'ignore'],
      env: { ...process.env, SLIPWAY_REPORT_FD: '3' },
      detached: true,
    });
    this.child.stdin?.on('error', () => {}); // it did not want its input
    this.child.stdout?.on('data', (bytes: Buffer) => {
      this.stdout += bytes;
      this.#bytes.push(bytes);
      this.output += bytes;
    });
    this.child.stderr?.on('data', (bytes: Buffer) => {
      this.stderr += bytes;
      this.output += bytes;
    });
    (this.child.stdio[3] as Readable | null)?.on('data', (bytes: Buffer) => {
      this.#report += bytes;
    });
    this.ended = once(this.child, 'close').then(
      ([code, signal]) => code ?? 128 + signalNumber(signal),
      (error: Error) => this.#neverBegan(error),
    );
  }

  end(code: number): Ended {
    return { code, stdout: this.stdout, stderr: this.stderr, bytes: Buffer.concat(this.#bytes) };
  }

  /** As a shell ends that cannot start a program. */
  #neverBegan({ message }: Error): number {
    this.stderr += `${message}\n`;
    return 127;
  }

  report(): Report | undefined {
    const line = this.#report.trim().split('\n')[0];
    return line ? JSON.parse(line) : undefined;
  }
}

function signalNumber(name: NodeJS.Signals): number {
  return { SIGKILL: 9, SIGTERM: 15, SIGINT: 2, SIGSEGV: 11, SIGABRT: 6 }[name as string] ?? 0;
}

/** A program whose command waits. */
export class Held {
  /** The command in the container, as the guard numbers its processes. */
  pid = 0;
  readonly #program: Program;
  readonly #mark: string;

  constructor(program: Program, mark: string) {
    this.#program = program;
    this.#mark = mark;
  }

  /** The process that the learner's program is. */
  get programPid(): number {
    return this.#program.child.pid as number;
  }

  find(): void {
    const pid = processes().find((each) => isHeld(cmdline(each), this.#mark));
    if (pid === undefined) throw new Error('the command says that it is ready, but no process has its words');
    this.pid = pid;
  }

  /** A file of /proc/PID of the command: `status`, `mountinfo`. */
  read(file: string): string {
    return readFileSync(`/proc/${this.pid}/${file}`, 'utf8');
  }

  /** A link of /proc/PID of the command: `ns/uts`, `root`, `cwd`. */
  link(file: string): string {
    return readlinkSync(`/proc/${this.pid}/${file}`);
  }

  /** A field of /proc/PID/status: `NSpid`. */
  status(field: string): string {
    return new RegExp(`^${field}:\\s*(.*)$`, 'm').exec(this.read('status'))?.[1] ?? '';
  }

  /** A file as the command sees it: below /proc/PID/root. */
  inside(path: string): string {
    return `/proc/${this.pid}/root${path}`;
  }

  /** True when the command's namespace of this kind is another than ours: `hasOwn('uts')`. */
  hasOwn(kind: string): boolean {
    return this.link(`ns/${kind}`) !== readlinkSync(`/proc/self/ns/${kind}`);
  }

  /** What the command printed before it was ready. */
  get output(): string {
    return this.#program.stdout.replace(/ready\n$/, '');
  }

  /** Lets the command end; by force when it does not read what we write. */
  async end(): Promise<Ended> {
    this.#program.child.stdin?.end('\n');
    const code = (this.#isDeaf() ? undefined : await this.#endWithin(PATIENCE_MS)) ?? (await this.kill());
    return this.#program.end(code);
  }

  /** Ends the command by a signal from outside. @returns the program's exit code. */
  async kill(): Promise<number> {
    if (existsSync(`/proc/${this.pid}`)) process.kill(this.pid, 'SIGKILL');
    const code = await this.#endWithin(PATIENCE_MS);
    if (code === undefined) this.#program.child.kill('SIGKILL');
    return code ?? 137;
  }

  /** It could read no line, and has started a sleep in place of that. */
  #isDeaf(): boolean {
    return processes().some((each) => parentOf(each) === this.pid && cmdline(each).startsWith('sleep'));
  }

  #endWithin(milliseconds: number): Promise<number | undefined> {
    return Promise.race([this.#program.ended, sleep(milliseconds, undefined, { ref: false })]);
  }
}

function processes(): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0);
}

function cmdline(pid: number): string {
  return fileOf(pid, 'cmdline');
}

function parentOf(pid: number): number {
  return Number(/^PPid:\s*(\d+)/m.exec(fileOf(pid, 'status'))?.[1] ?? 0);
}

/** Empty for a process that has just ended. */
function fileOf(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1');
  } catch {
    return '';
  }
}

/** Not the learner's program, which has the same words behind it, before and between the fork and the execve. */
function isHeld(cmdline: string, mark: string): boolean {
  const [name = '', flag, script = ''] = cmdline.split('\0');
  return /(sh|busybox)$/.test(name) && flag === '-c' && script.endsWith(`# ${mark}`);
}
