// A program whose command waits, to be looked at from outside: by /proc/PID of the command.

import { readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { cmdline, parentOf, processes } from './processes.ts';
import { type Ended, PATIENCE_MS, type Program } from './program.ts';

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
    const pid = this.#found();
    if (pid === undefined) throw new Error('the command says that it is ready, but no process has its words');
    this.pid = pid;
  }

  /** It runs and waits, but was started without a stdout, and so cannot say that it is ready. */
  isMute(): boolean {
    this.pid = this.#found() ?? 0;
    return this.pid > 0 && isClosed(this.pid, 1) && this.#isDeaf();
  }

  #found(): number | undefined {
    return processes().find((each) => isHeld(cmdline(each), this.#mark));
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
    const isAlive = cmdline(this.pid) !== ''; // one that is ending has no words any more
    if (isAlive) process.kill(this.pid, 'SIGKILL');
    const code = await this.#endWithin(isAlive ? PATIENCE_MS : 100);
    if (code === undefined) this.#program.killAll();
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

function isClosed(pid: number, fd: number): boolean {
  try {
    readlinkSync(`/proc/${pid}/fd/${fd}`);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

/** Not the learner's program, which has the same words behind it, before and between the fork and the execve. */
function isHeld(cmdline: string, mark: string): boolean {
  const [name = '', flag, script = ''] = cmdline.split('\0');
  return /(sh|busybox)$/.test(name) && flag === '-c' && script.endsWith(`# ${mark}`);
}
