// What an engine does with a runtime, for the check: it prepares a bundle, and calls the learner's program.
//
//     const engine = new Engine(lab);
//     const pid = await engine.create();    exercise.ts create --bundle DIR --pid-file FILE ID
//     await engine.call('start');           exercise.ts start ID
//
// The program in the container is a sleep whose number of seconds nobody else has, so that /proc tells when it runs.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Lab, Reported } from '../../src/learn/lab/lab.ts';
import { cmdline, processes, stateOf } from '../../src/learn/lab/processes.ts';
import { endedByError, ProgramFailed } from '../../src/learn/lab/program-failed.ts';
import type { Text } from '../../src/learn/text.ts';
import type { Spec } from '../../src/oci.ts';
import { exampleSpec } from '../../src/oci-cli/example-spec.ts';
import { identityOf, isAlive } from '../../src/runtime/state.ts';

let count = 0;

export class Engine {
  readonly id = `container-${process.pid}-${count++}`;
  readonly #lab: Lab;
  readonly #bundle: string;
  readonly #program: readonly string[];

  /** @param program what runs in the container, in place of the sleep. */
  constructor(lab: Lab, program = ['sleep', String(1_000_000_000 + count)]) {
    this.#lab = lab;
    this.#program = program;
    this.#bundle = lab.folder('bundle');
    const config = configOf(lab.rootfs(), program);
    writeFileSync(join(this.#bundle, 'config.json'), JSON.stringify(config));
  }

  /** @returns the number of the container's first process. @throws ProgramFailed when the program has begun by then. */
  async create(): Promise<number> {
    const { code, report, stderr } = await this.#createOrBegin();
    if (report) throw endedByError(report);
    if (code !== 0) throw new ProgramFailed(failed('create', code, stderr), undefined);
    const pid = existsSync(this.#pidFile) ? Number(readFileSync(this.#pidFile, 'utf8')) : 0;
    if (!(pid > 0)) throw new ProgramFailed(NO_PID_FILE, undefined);
    await untilAsleep(pid);
    if (this.findProgram() !== undefined) throw new ProgramFailed(BEGUN, undefined);
    return pid;
  }

  /** One of the commands `start`, `state`, `kill`, `delete`. */
  call(command: string, ...more: string[]): Promise<Reported> {
    return this.#lab.call([command, ...more.filter(isFlag), this.id, ...more.filter((word) => !isFlag(word))]);
  }

  /** As call(), of a command that has to succeed. @returns what it prints. */
  async must(command: string, ...more: string[]): Promise<string> {
    const { code, stdout, stderr, report } = await this.call(command, ...more);
    if (report) throw endedByError(report);
    if (code !== 0) throw new ProgramFailed(failed(command, code, stderr), undefined);
    return stdout;
  }

  /** What `state` says of it. */
  async status(): Promise<string> {
    const text = await this.must('state');
    try {
      return String((JSON.parse(text) as { status?: unknown }).status);
    } catch {
      throw new ProgramFailed(
        { en: `state prints no JSON: ${text.trim()}`, zh: `state 打印的不是 JSON：${text.trim()}` },
        undefined,
      );
    }
  }

  /** The process that is the program in the container. */
  findProgram(): number | undefined {
    const words = `${this.#program.join('\0')}\0`;
    return processes().find((pid) => cmdline(pid) === words);
  }

  /** Whether `create` comes back, or the program begins. */
  async #createOrBegin() {
    const created = this.#lab.call(['create', '--bundle', this.#bundle, '--pid-file', this.#pidFile, this.id]);
    let hasEnded = false;
    const ended = created.finally(() => {
      hasEnded = true;
    });
    ended.catch(() => {}); // it is told below, unless the program has begun
    while (!hasEnded) {
      if (this.findProgram() !== undefined) throw new ProgramFailed(BEGUN, undefined);
      await Promise.race([ended, sleep(10)]);
    }
    return ended;
  }

  get #pidFile(): string {
    return join(this.#bundle, 'pid');
  }
}

/** The one that `slipway-oci spec` writes, with no more mounts than an ordinary user may make. */
function configOf(rootfs: string, program: readonly string[]): Spec {
  const { process, mounts = [], ...rest } = exampleSpec();
  return {
    ...rest,
    root: { path: rootfs },
    process: { ...process, args: [...program], terminal: false },
    mounts: mounts.filter(({ destination }) => ['/proc', '/dev'].includes(destination)),
  };
}

function isFlag(word: string): boolean {
  return word.startsWith('-');
}

const BEGUN: Text = {
  en: 'the program runs, and nobody has called `start`',
  zh: '还没有人调用 `start`，程序就运行了',
};

const NO_PID_FILE: Text = {
  en: 'create has not written the number of the first process into the --pid-file',
  zh: 'create 没有把第一个进程的编号写进 --pid-file',
};

function failed(command: string, code: number, stderr: string): Text {
  const last = stderr.trim().split('\n').at(-1) ?? '';
  return {
    en: `${command} ended with ${code}${last && `: ${last}`}`,
    zh: `${command} 以 ${code} 结束${last && `：${last}`}`,
  };
}

/** One that is on the way to its program is not. */
async function untilAsleep(pid: number): Promise<void> {
  while (/^[RD]$/.test(stateOf(pid))) await sleep(10);
}

/** Waits until the process with this number is gone, or only a zombie. */
export async function untilGone(pid: number): Promise<void> {
  while (isAlive({ ...identityOf(pid), status: 'running' })) await sleep(10);
}
