// The signals that the command line gets are meant for the program in the container.

import { SIGNALS, SIGUSR1 } from '../linux/constants.ts';
import { unblockSignals } from '../linux/signals.ts';

/**
 * Those that mean something to this process alone: that a child, a pipe, a socket or the window changed, that it reads
 * a terminal from the background, or that it has crashed.
 */
const OWN = new Set<string>([
  ...['SIGCHLD', 'SIGPIPE', 'SIGURG', 'SIGWINCH', 'SIGTTIN', 'SIGTTOU', 'SIGPROF'],
  ...['SIGSEGV', 'SIGBUS', 'SIGFPE', 'SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGSYS'],
  ...['SIGKILL', 'SIGSTOP'], // nobody can catch these
]);

const FORWARDED = Object.entries(SIGNALS).filter(([name]) => !OWN.has(name)) as [NodeJS.Signals, number][];

/** Hands every other signal to `pass`, by its number, until disposed. */
export function catchSignals(pass: (signal: number) => void): Disposable {
  const release = new DisposableStack();
  for (const [name, number] of FORWARDED) {
    const handler = () => pass(number);
    process.on(name, handler);
    release.defer(() => process.off(name, handler));
  }
  unblockSignals([SIGUSR1]); // Node keeps it blocked with --disable-sigusr1
  return release;
}
