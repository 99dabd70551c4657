// Waits for a guard that we have started, or calls it off.

import type { ChildProcess } from 'node:child_process';

const AGAIN_MS = 100;

/**
 * @param signal ends the guard. SIGTERM is sent until it works: a PID 1 that has not set its handlers yet ignores it.
 * @returns the exit code, 137 when a signal ended the guard itself.
 */
export async function endOf(child: ChildProcess, signal: AbortSignal | undefined): Promise<number> {
  let again: NodeJS.Timeout | undefined;
  const abort = () => {
    child.kill('SIGTERM');
    again = setInterval(() => child.kill('SIGTERM'), AGAIN_MS);
  };
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.on('close', (code) => resolve(code ?? 137)).on('error', reject);
    });
  } finally {
    clearInterval(again);
    signal?.removeEventListener('abort', abort);
  }
}
