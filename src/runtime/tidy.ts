// Gives back the memory that a shim needed to start its container, and never needs again: a third of what it has. That
// takes 30 ms, so it is done for containers that have lived a while, when nobody waits for anything.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Timers } from './timers.ts';

const SOON_MS = 2000;

/** V8 collects all its garbage at once only when it is told to; the function for that is in contexts made after the flag. */
export function tidyLater(timers: Timers): void {
  timers.set('tidy', SOON_MS, () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as NodeJS.GCFunction;
    setFlagsFromString('--no-expose-gc');
    collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  });
}
