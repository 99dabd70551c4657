// One turn of a loop without Node's event loop: waits until a descriptor is ready or a time has come, and does what is to
// be done then.

import { type PollEntry, poll } from '../linux/poll.ts';
import type { Timers } from './timers.ts';

/** A descriptor, the events to wait for, and what to do when one of them has come. */
export interface Watch extends PollEntry {
  act: () => void;
}

/** Waits with poll, as long as the timers allow. The watches are acted upon in their order. */
export function turn(watches: readonly Watch[], timers: Timers): void {
  const events = poll(watches, timers.untilNextMs());
  for (const [index, watch] of watches.entries()) if (events[index] !== 0) watch.act();
  timers.runDue();
}
