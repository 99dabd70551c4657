// What a process was started with: its arguments and its environment, which lie one after the other in its memory, where
// /proc/PID/cmdline and /proc/PID/environ show them.

import { bind } from './door.ts';
import { readText } from './files.ts';
import { statField } from './proc-stat.ts';

const memset = bind('uintptr_t memset(uintptr_t address, int value, size_t count)');

/** The fields of /proc/PID/stat that hold arg_start, arg_end, env_start and env_end. */
const BOUNDS = [48, 49, 50, 51];

/**
 * Overwrites both with zeros: for a process that is about to be seen by others, who have no business knowing the host's
 * variables (CVE-2021-3602). It costs this process its process.env. Called while the host's /proc is still there.
 */
export function eraseStartBlock(): void {
  const stat = readText('/proc/self/stat');
  const [argStart, argEnd, envStart, envEnd] = BOUNDS.map((number) => Number(statField(stat, number))) as [
    number,
    number,
    number,
    number,
  ];
  erase(argStart, argEnd);
  erase(envStart, envEnd);
}

function erase(start: number, end: number): void {
  if (start === 0 || end <= start) return;
  memset(start, 0, end - start);
}
