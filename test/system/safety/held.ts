// A start that strace holds in the middle, so that a test can look at it, or kill something.

import { spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { isMissing } from '../../linux/missing.ts';
import { type Options, SLIPWAY, Started, spawnOptions } from '../slipway.ts';

export const lacksStrace = isMissing('strace', spawnSync('strace', ['-V']).status === 0);

export interface HeldOptions extends Options {
  /** For how long; 3, or more where nobody waits for what is held to go on. */
  seconds?: number;
  /** Words before the command line: `['setpriv', '--groups', '4']`. */
  prefix?: readonly string[];
}

/** Starts a command line whose processes are each held for some seconds when they open `path`. */
export function startHeldAt(path: string, args: readonly string[], options: HeldOptions = {}): Started {
  const hold = `inject=openat,openat2:delay_enter=${options.seconds ?? 3}s:when=1`;
  return startHeld(['-P', path, '-e', hold], args, options);
}

/** @param how what strace is to hold: `-e inject=prctl:delay_enter=2s`. */
export function startHeld(how: readonly string[], args: readonly string[], options: HeldOptions = {}): Started {
  const words = ['-f', '-o', '/dev/null', ...how, ...(options.prefix ?? []), SLIPWAY, ...args];
  return new Started(spawn('strace', words, spawnOptions(options)), 60_000, `strace slipway ${args.join(' ')}`);
}

/** The process in the root `root` that is about to open `path`. */
export function processOpening(path: string, root: string): number | undefined {
  const { dev, ino } = statSync(root);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((pid) => {
      try {
        const stat = statSync(`/proc/${pid}/root/`);
        return stat.dev === dev && stat.ino === ino && pathOfCall(pid, path.length) === path;
      } catch {
        return false; // it is gone, or the machine's own first process, which has rights that we have not
      }
    });
}

/** The process that would wait for it. */
export function parentOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

/** The second argument of the call that the process is in: for openat its path. */
function pathOfCall(pid: number, length: number): string {
  const address = readFileSync(`/proc/${pid}/syscall`, 'utf8').split(' ')[2];
  const text = Buffer.alloc(length);
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  try {
    readSync(memory, text, 0, length, BigInt(address ?? 0));
  } finally {
    closeSync(memory);
  }
  return text.toString();
}
