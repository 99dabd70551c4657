// Where the benchmarks take place: their folder, how programs are started and timed, and how results are shown.
//
// The programs take turns, so that a busy moment of the machine meets all of them. What they write is kept in memory (tmpfs):
// on some disks making files soon after deleting many is 20 times slower.

import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { O_CLOEXEC } from '../src/linux/constants.ts';
import { close, pipe2 } from '../src/linux/files.ts';

const [count = '20'] = process.argv.slice(2).filter((word) => word !== 'oci' && word !== 'life');
export const turns = Number(count);
if (!(turns >= 1)) {
  console.error(`bench: "${count}" is no number of turns, such as 20`);
  process.exit(2);
}
export const repository = join(import.meta.dirname, '..');
export const slipway = join(repository, 'slipway');
export const node = process.execPath;
export const nodeForForks = join(repository, 'scripts/node.sh');
export const scratch = mkdtempSync('/dev/shm/slipway-bench-');
export const env = {
  ...process.env,
  SLIPWAY_ROOT: join(scratch, 'root'),
  SLIPWAY_RUN: join(scratch, 'run'),
  CONTAINERS_CONF: join(scratch, 'containers.conf'), // podman raises limits by default, for which root may lack the right
};
/** Descriptor 3 of all that is started here: when the last of them has ended, clean-up.ts hears of it. */
const [lastOneEnded, lifelineFd] = pipe2(O_CLOEXEC);
export const lifeline = lifelineFd;

export interface Contender {
  name: string;
  command: string[];
}

export interface Result extends Contender {
  /** Milliseconds from start to end, in rising order. */
  times: number[];
}

/** Ends when all that was started here has ended: clean-up.ts has a session of its own, which Ctrl-C does not reach. */
function startCleanUp(): ChildProcess {
  const words = [join(import.meta.dirname, 'clean-up.ts'), scratch];
  const child = spawn(nodeForForks, words, { detached: true, stdio: [lastOneEnded, 'ignore', 'inherit'] });
  close(lastOneEnded);
  return child;
}

export function works({ name, command }: Contender): boolean {
  const { status, error, stderr } = spawnSync(command[0] as string, command.slice(1), {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe', lifeline],
  });
  if (status === 0) return true;
  console.log(`left out: ${name}: ${error?.message ?? stderr.trim().split('\n').at(-1)}`);
  return false;
}

export function race(contenders: readonly Contender[]): Result[] {
  const results = contenders.map((contender): Result => ({ ...contender, times: [] }));
  for (let turn = 0; turn < turns; turn++) for (const { command, times } of results) times.push(timed(command));
  for (const { times } of results) times.sort((a, b) => a - b);
  return results;
}

/** Milliseconds. @throws Error when it fails: a failure is fast, and would be counted as a success. */
export function timed(command: readonly string[]): number {
  const begin = process.hrtime.bigint();
  silently(command);
  return Number(process.hrtime.bigint() - begin) / 1e6;
}

export function silently([program = '', ...words]: readonly string[]): void {
  const { status, error } = spawnSync(program, words, { env, stdio: ['ignore', 'ignore', 'ignore', lifeline] });
  if (status !== 0) throw error ?? new Error(`${program} ${words.join(' ')} ended with ${status}`);
}

export function outputOf([program = '', ...words]: readonly string[]): string {
  return execFileSync(program, words, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit', lifeline] });
}

export function print(title: string, results: readonly Result[], measure: string): void {
  const base = median(results.find(({ name }) => name === measure)?.times ?? []);
  console.log(`\n${title} (median of ${turns}, ms)\n`);
  for (const { name, times } of results) {
    const value = median(times);
    const difference = `${value - base >= 0 ? '+' : ''}${(value - base).toFixed(1)}`;
    const ratio = base > 0 ? `${(value / base).toFixed(2)} × ${measure}` : '';
    console.log(`  ${name.padEnd(28)} ${value.toFixed(1).padStart(7)} ${difference.padStart(8)}   ${ratio}`);
  }
}

export function median(sorted: readonly number[]): number {
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** Does the work, and leaves nothing, however it ends. */
export async function inArena(work: () => Promise<void> | void): Promise<void> {
  const cleanUp = startCleanUp();
  try {
    await work();
  } finally {
    close(lifeline);
    await once(cleanUp, 'exit');
  }
}
