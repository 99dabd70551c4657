// Starts a program that has the terminal to itself, while our own screen is away (Ink's suspendTerminal).

import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { setImmediate } from 'node:timers/promises';

export interface HandedOver {
  /** 127 when it could not be started. */
  exitCode: number;
  /** What it wrote to stderr. */
  said: string;
}

let current: ChildProcess | undefined;

/** Tells the program that its terminal is gone: shells and editors end by that, and put the terminal right. */
export function hangUp(): void {
  current?.kill('SIGHUP');
}

/**
 * The program's stdin and stdout are the terminal.
 * @param isQuiet does not show what comes from its stderr.
 */
export async function handOver(program: string, words: readonly string[], isQuiet = false): Promise<HandedOver> {
  const restore = muted(['SIGINT', 'SIGQUIT']);
  await stopReading();
  try {
    const child = spawn(program, words, { stdio: ['inherit', 'inherit', 'pipe'] });
    current = child;
    let said = '';
    child.stderr.on('data', (bytes: Buffer) => {
      said += bytes;
      if (!isQuiet) process.stderr.write(bytes);
    });
    const exitCode = await new Promise<number>((resolve) => {
      child.on('error', () => resolve(127));
      child.on('close', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
    });
    if (child.killed) process.stdout.write('\n'); // below its prompt
    return { exitCode, said };
  } finally {
    current = undefined;
    restore();
  }
}

/**
 * Ink stops listening, but Node goes on reading, and would take every other key from the program. Only a stream that flows
 * can be paused, hence the resume.
 */
async function stopReading(): Promise<void> {
  await setImmediate();
  process.stdin.resume();
  process.stdin.pause();
  await setImmediate();
}

/**
 * Ctrl-C and Ctrl-\ are typed to the program, but the terminal sends them to all processes in front, so to us too: for a
 * while nobody here listens.
 */
function muted(signals: readonly NodeJS.Signals[]): () => void {
  const ignore = () => {};
  const taken = signals.map((signal) => {
    const listeners = process.listeners(signal) as NodeJS.SignalsListener[];
    process.on(signal, ignore); // before the others go: without any, the signal would end us
    for (const listener of listeners) process.off(signal, listener);
    return { signal, listeners };
  });
  return () => {
    for (const { signal, listeners } of taken) {
      for (const listener of listeners) process.on(signal, listener);
      process.off(signal, ignore);
    }
  };
}
