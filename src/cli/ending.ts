// What `run` and `exec` have in common around the program: its terminal, and the words about its end.

import type { Ended } from '../engine/run.ts';
import { say } from './errors.ts';
import { UsageError } from './flags.ts';

/** -it without a terminal would hang in ways that are hard to understand. */
export function refuseMissingTerminal({ interactive, tty }: { interactive: boolean; tty: boolean }): void {
  if (interactive && tty && !process.stdin.isTTY) {
    throw new UsageError('the input device is not a TTY: leave out -t, or run it in a terminal');
  }
}

/** @returns the exit code. An end that the program did not choose is said. */
export function tellEnd({ exitCode, oomKilled }: Ended): number {
  if (oomKilled) say('a process was killed because the container used up its memory (OOM): give it more with --memory');
  return exitCode;
}
