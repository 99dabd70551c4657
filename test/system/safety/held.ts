// A start that strace holds for some seconds in the middle, so that a test can look at it, or kill something.

import { spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { isMissing } from '../../linux/missing.ts';
import { SLIPWAY, Started, spawnOptions } from '../slipway.ts';

export const lacksStrace = isMissing('strace', spawnSync('strace', ['-V']).status === 0);

const HELD_SECONDS = 3;

/** Starts a command line whose processes are each held for three seconds when they open `path`. */
export function startHeldAt(path: string, args: readonly string[]): Started {
  return startHeld(['-P', path, '-e', `inject=openat,openat2:delay_enter=${HELD_SECONDS}s:when=1`], args);
}

/** @param how what strace is to hold: `-e inject=prctl:delay_enter=2s`. */
export function startHeld(how: readonly string[], args: readonly string[]): Started {
  const child = spawn('strace', ['-f', '-o', '/dev/null', ...how, SLIPWAY, ...args], spawnOptions({}));
  return new Started(child, 60_000, `strace slipway ${args.join(' ')}`);
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
