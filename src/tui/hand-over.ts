// Starts a program that has the terminal to itself, while our own screen is away (Ink's suspendTerminal).

import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';

/**
 * @param onStart gets the process as soon as it runs.
 * @returns its exit code; 127 when it could not be started.
 */
export async function handOver(
  program: string,
  words: readonly string[],
  onStart: (child: ChildProcess) => void = () => {},
): Promise<number> {
  // Ctrl-C and Ctrl-\ are typed to the program: the terminal sends them to all processes in front, so to us too.
  const ignore = () => {};
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) process.on(signal, ignore);
  const others = muted(['SIGINT', 'SIGQUIT'], ignore);
  try {
    const child = spawn(program, words, { stdio: 'inherit' });
    onStart(child);
    return await new Promise<number>((resolve) => {
      child.on('error', () => resolve(127));
      child.on('close', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
    });
  } finally {
    others.restore();
    for (const signal of ['SIGINT', 'SIGQUIT'] as const) process.off(signal, ignore);
  }
}

/** Takes away who else listens to these signals, for a while. */
function muted(signals: readonly NodeJS.Signals[], but: () => void): { restore(): void } {
  const taken = signals.map((signal) => {
    const listeners = process.listeners(signal).filter((listener) => listener !== but);
    for (const listener of listeners) process.off(signal, listener as NodeJS.SignalsListener);
    return { signal, listeners };
  });
  return {
    restore: () => {
      for (const { signal, listeners } of taken) {
        for (const listener of listeners) process.on(signal, listener as NodeJS.SignalsListener);
      }
    },
  };
}
