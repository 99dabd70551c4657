// What `run` and `exec` have in common around the program: its terminal, and the words about its end.

import type { Parting } from '../runtime/client.ts';
import { say } from './errors.ts';
import { UsageError } from './flags.ts';
import { print } from './print.ts';

/** -it without a terminal would hang in ways that are hard to understand. */
export function refuseMissingTerminal({ interactive, tty }: { interactive: boolean; tty: boolean }): void {
  if (interactive && tty && !process.stdin.isTTY) {
    throw new UsageError('the input device is not a TTY: leave out -t, or run it in a terminal');
  }
}

/** @returns the exit code: 0 when the user has left. An end that the program did not choose is said. */
export function tellEnd(parting: Parting): number {
  if (parting === 'detached') {
    print('\n', 'stderr'); // the shell's prompt does not stand behind the program's last line
    return 0;
  }
  const { exitCode, oomKilled } = parting;
  if (oomKilled) say('a process was killed because the container used up its memory (OOM): give it more with --memory');
  return exitCode;
}
