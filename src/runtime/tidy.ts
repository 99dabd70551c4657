// Gives back the memory that a shim needed to start its container, and never needs again: a quarter of what it has. That
// takes the processor 40 ms, as long as a start does here. So it is done for containers that have lived a while: where
// hundreds are started, their starts are over then.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Timers } from './timers.ts';

const LATER_MS = 30_000;

/** V8 collects all its garbage at once only when it is told to; the function for that is in contexts made after the flag. */
export function tidyLater(timers: Timers): void {
  timers.set('tidy', LATER_MS, () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as NodeJS.GCFunction;
    setFlagsFromString('--no-expose-gc');
    collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  });
}
