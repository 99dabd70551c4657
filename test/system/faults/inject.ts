// Makes one system call of a start fail, with strace.
//
//     await using fault = await inject({ call: 'pivot_root', nth: 1, error: 'EPERM' }, ['run', '--rm', 'box', 'true']);
//     const { code, stderr } = await fault.ended;
//
// The command line first waits for an environment file, which is a FIFO. Strace is attached there: so Node's own start is
// behind it, and the count of calls, which strace keeps for each process by itself, begins with ours.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Options, type Result, type Started, scratch, start } from '../slipway.ts';
import { until } from '../until.ts';

export interface Fault {
  call: string;
  /** The first is 1. Every process whose nth call this is gets the error. */
  nth: number;
  error: string;
}

/** One call of a start. */
export interface TracedCall {
  pid: number;
  call: string;
  /** As strace shows it, with the result. */
  line: string;
}

/** Runs a command line with `--env-file`, which `run` and `exec` have, and waits for its end. */
export async function inject(
  fault: Fault,
  args: readonly string[],
  options: Options = {},
): Promise<Result & { trace: TracedCall[] }> {
  const { call, nth, error } = fault;
  return await traced(args, ['-e', `trace=${call}`, '-e', `inject=${call}:error=${error}:when=${nth}`], options);
}

/** As inject(), but the process that makes the call is killed as it enters it. */
export async function killAt(
  { call, nth }: Omit<Fault, 'error'>,
  args: readonly string[],
): Promise<Result & { trace: TracedCall[] }> {
  return await traced(args, ['-e', `trace=${call}`, '-e', `inject=${call}:signal=SIGKILL:when=${nth}`], {});
}

/** All calls of a command line, in the order of time. */
export async function observe(
  args: readonly string[],
  calls: readonly string[],
  options: Options = {},
): Promise<TracedCall[]> {
  const { code, stderr, trace } = await traced(args, ['-e', `trace=${calls.join(',')}`], options);
  if (code !== 0) throw new Error(`an undisturbed start failed: ${stderr}`);
  return trace;
}

async function traced([verb = '', ...words]: readonly string[], flags: string[], options: Options) {
  const folder = scratch('fault', options.user);
  const [fifo, output] = [join(folder, 'env'), join(folder, 'trace')];
  spawnSync('mkfifo', ['-m', '644', fifo]);
  try {
    await using process = start([verb, '--env-file', fifo, ...words], options);
    process.child.stdin.end();
    const gate = await opened(fifo, process);
    const tracer = spawn('strace', ['-f', '-s', '200', '-o', output, ...flags, '-p', String(process.pid)], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    await attached(tracer);
    closeSync(gate);
    // It starts anew, and reads that file again, if somebody has taken away the seal of node (src/runtime/seal.ts).
    const again = setInterval(() => closeIfOpen(fifo), 20);
    const result = await process.ended.finally(() => clearInterval(again));
    tracer.kill('SIGINT');
    return { ...result, trace: parse(readFileSync(output, 'utf8')) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Opens the FIFO for writing, which is possible once the command line has opened it for reading, and waits until it waits
 * for what comes: its open(2), were it not over yet, would be started anew by strace's coming.
 */
async function opened(fifo: string, process: Started): Promise<number> {
  const gate = await until('the command line to open its environment file', async () => {
    if (await isOver(process)) throw new Error(`it ended: ${process.stderr}`);
    return openIfRead(fifo);
  });
  await until('the command line to read', () =>
    readFileSync(`/proc/${process.pid}/wchan`, 'utf8').includes('pipe_read'),
  );
  return gate;
}

/** @returns undefined when nobody has it open for reading (ENXIO). */
function openIfRead(fifo: string): number | undefined {
  try {
    return openSync(fifo, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
}

function closeIfOpen(fifo: string): void {
  const gate = openIfRead(fifo);
  if (gate !== undefined) closeSync(gate);
}

async function isOver(process: Started): Promise<boolean> {
  return await Promise.race([process.ended.then(() => true), false]);
}

async function attached(tracer: ChildProcess): Promise<void> {
  let said = '';
  tracer.stderr?.on('data', (bytes: Buffer) => {
    said += bytes.toString();
  });
  await until('strace to attach', () => {
    if (tracer.exitCode !== null) throw new Error(`strace ended: ${said}`);
    return said.includes('attached');
  });
}

/** `1234 mkdirat(5, "x", 0755) = 0`. A call during which another process spoke stands in two lines. */
function parse(text: string): TracedCall[] {
  const calls: TracedCall[] = [];
  const unfinished = new Map<number, TracedCall>();
  for (const line of text.split('\n')) {
    const [, process, words = ''] = /^(\d+) +(.*)$/.exec(line) ?? [];
    const pid = Number(process);
    const [, call] = /^(\w+)\(/.exec(words) ?? [];
    const [, end] = /^<\.\.\. \w+ resumed>(.*)$/.exec(words) ?? [];
    const begun = unfinished.get(pid);
    if (end !== undefined && begun) begun.line += end;
    if (call === undefined) continue;
    const made = { pid, call, line: words.replace(' <unfinished ...>', '') };
    calls.push(made);
    unfinished.set(pid, made);
  }
  return calls;
}
