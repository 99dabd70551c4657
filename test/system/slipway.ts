// The command line under test. Each test file has a store of its own, which is gone afterwards.
//
//     const { code, stdout, stderr } = await slipway(['run', '--rm', 'box', 'hostname']);
//     await using box = start(['run', '--name', 'a', 'box', 'sh', '-c', 'echo ready; sleep 100']);
//     await box.says('ready');
//     await slipway(['run', '--rm', 'box', 'id'], { user: ordinaryUser() });

import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll } from 'vitest';
import { until } from './until.ts';
import type { User } from './users.ts';

/** The script that users start. */
export const SLIPWAY = resolve(import.meta.dirname, '../../slipway');

export interface Options {
  /** Over an environment that holds nothing but PATH, HOME, SLIPWAY_ROOT and SLIPWAY_RUN. */
  env?: Record<string, string>;
  /** All of its standard input; without it the input is empty. */
  input?: string | Buffer;
  /** Who runs it; without it, root. */
  user?: User | undefined;
  /** What is started in place of the script. */
  program?: string;
  cwd?: string;
  /** Milliseconds after which it is killed and the test fails. */
  timeoutMs?: number;
}

export interface Result {
  /** 128 + signal for a command line that was itself killed. */
  code: number;
  stdout: string;
  stderr: string;
}

const folder = mkdtempSync(join(tmpdir(), 'slipway-test-'));
chmodSync(folder, 0o711);

/** A new empty folder, removed after the test file; it belongs to `user`. */
export function scratch(name: string, user?: User): string {
  const path = mkdtempSync(join(folder, `${name}-`));
  chmodSync(path, 0o755);
  if (user) chownSync(path, user.uid, user.gid);
  return path;
}

const homes = new Map<number, Record<string, string>>();

/** Where a user's containers of this test file are: SLIPWAY_ROOT and SLIPWAY_RUN, as variables of an environment. */
export function homeOf(user?: User): { SLIPWAY_ROOT: string; SLIPWAY_RUN: string } {
  const uid = user?.uid ?? 0;
  const known = homes.get(uid) ?? newHome(user);
  homes.set(uid, known);
  return known as { SLIPWAY_ROOT: string; SLIPWAY_RUN: string };
}

function newHome(user?: User): Record<string, string> {
  const path = scratch(user?.name ?? 'root', user);
  return { SLIPWAY_ROOT: join(path, 'root'), SLIPWAY_RUN: join(path, 'run') };
}

/** Runs a command line from start to end. */
export async function slipway(args: readonly string[], options: Options = {}): Promise<Result> {
  await using process = start(args, options);
  process.child.stdin.end(options.input ?? '');
  return await process.ended;
}

/** A command line that runs beside the test. It is killed when it goes out of scope. */
export class Started implements AsyncDisposable {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<Result>;
  stdout = '';
  stderr = '';

  constructor(child: ChildProcessWithoutNullStreams, timeoutMs: number, what: string) {
    this.child = child;
    child.stdin.on('error', () => {}); // EPIPE: it did not want its input
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (bytes: Buffer) => {
      out.push(bytes);
      this.stdout += bytes.toString();
    });
    child.stderr.on('data', (bytes: Buffer) => {
      err.push(bytes);
      this.stderr += bytes.toString();
    });
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`${what} did not end within ${timeoutMs} ms. It said:\n${this.stdout}${this.stderr}`));
    }, timeoutMs);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const [stdout, stderr] = [Buffer.concat(out).toString(), Buffer.concat(err).toString()];
      resolve({ code: code ?? 128 + constants.signals[signal as NodeJS.Signals], stdout, stderr });
    });
    this.ended = promise;
    promise.catch(() => {}); // whoever awaits it hears of it
  }

  get pid(): number {
    return this.child.pid as number;
  }

  /** Waits until its output, or its errors, hold this. */
  async says(text: string | RegExp): Promise<void> {
    const holds = (said: string) => (typeof text === 'string' ? said.includes(text) : text.test(said));
    const hasEnded = this.ended.then(() => true);
    await until(`slipway to say ${text}`, async () => {
      if (holds(this.stdout) || holds(this.stderr)) return true;
      if (await Promise.race([hasEnded, false])) throw new Error(`it ended:\n${this.stdout}${this.stderr}`);
      return false;
    });
  }

  kill(signal: NodeJS.Signals | number = 'SIGTERM'): void {
    this.child.kill(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGTERM');
    const forced = setTimeout(() => this.child.kill('SIGKILL'), 2000);
    await this.ended.catch(() => {});
    clearTimeout(forced);
  }
}

/** Starts a command line beside the test. */
export function start(args: readonly string[], options: Options = {}): Started {
  return new Started(
    spawn(options.program ?? SLIPWAY, args, spawnOptions(options)),
    options.timeoutMs ?? 60_000,
    `${options.program ?? 'slipway'} ${args.join(' ')}`,
  );
}

/** How to start any program as the command line is started. */
export function spawnOptions({ env = {}, user, cwd }: Options) {
  return {
    env: { PATH: process.env.PATH, HOME: user?.home ?? '/root', ...homeOf(user), ...env },
    cwd: cwd ?? '/',
    // Node takes the supplementary groups away too.
    ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
  };
}

/** Ends what still runs: a container whose command line was killed, say. */
function removeAll(): void {
  for (const [uid, env] of homes) {
    const options = { env: { PATH: process.env.PATH, HOME: '/root', ...env }, uid, encoding: 'utf8' } as const;
    const ids = spawnSync(SLIPWAY, ['ps', '-qa'], options).stdout.split('\n').filter(Boolean);
    if (ids.length > 0) spawnSync(SLIPWAY, ['rm', '-f', ...ids], options);
  }
}

afterAll(() => {
  removeAll();
  rmSync(folder, { recursive: true, force: true });
});
