// The benchmark starts containers of several engines, and leaves nothing of them, however it ends.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { until } from './until.ts';

const CHECKOUT = resolve(import.meta.dirname, '../..');
const MEMORY = '/dev/shm';

const scratchFolders = () => readdirSync(MEMORY).filter((name) => name.startsWith('slipway-bench-'));
const mounts = (folder: string) => readFileSync('/proc/self/mountinfo', 'utf8').split(`${folder}/`).length - 1;

/** Starts it, and waits for the container in which it measures `slipway exec`. */
async function startBench(): Promise<{ child: ChildProcess; folder: string }> {
  const before = scratchFolders();
  const child = spawn('scripts/node.sh', ['bench/bench.ts', '5'], { cwd: CHECKOUT, stdio: 'ignore' });
  const name = await until('its folder', () => scratchFolders().find((each) => !before.includes(each)));
  const folder = join(MEMORY, name);
  const holder = join(folder, 'root/names/slipway-bench-exec');
  await until('its container', () => lstatSync(holder, { throwIfNoEntry: false }) !== undefined, 60_000);
  return { child, folder };
}

test.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)('after %s nothing is left of the benchmark', async (signal) => {
  const { child, folder } = await startBench();
  const ended = once(child, 'exit');
  child.kill(signal);
  expect(await ended).toEqual([null, signal]);
  await until('its processes to go', () => processesWith(folder).length === 0);
  expect(existsSync(folder)).toBe(false);
  expect(mounts(folder)).toBe(0);
});

/** The processes that have the folder in their command line or their environment. */
function processesWith(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => readOf(pid, 'cmdline').includes(folder) || readOf(pid, 'environ').includes(folder));
}

/** Empty for a process that has ended meanwhile. */
function readOf(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
