// A forked child must not leave its function, not even by an error: above it on the stack is the parent's own code, of
// which it is a copy, and the program would go on twice.

import { writeSync } from 'node:fs';
import { _exit } from '../linux/process.ts';

/** Runs what a forked child does. What it throws is a mistake of ours: it is shown, and the process ends. */
export function lastResort(work: () => void): never {
  try {
    work();
  } catch (error) {
    try {
      writeSync(2, `slipway: ${error instanceof Error ? error.stack : String(error)}\n`);
    } catch {
      // Nobody reads that any more.
    }
  }
  _exit(1);
}
