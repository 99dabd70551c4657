// The terminal is left as it was found, however the program ends.
//
// Ink does so when it is unmounted. What Ink cannot know of is a signal, and an error outside of a component: both unmount
// it first. (After a kill -9 nothing runs any more: `reset` helps.)

import { constants } from 'node:os';
import { comeBack } from './away.ts';

const SIGNALS = ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT'] as const;

/** @param leave takes our screen away; @param tell says what went wrong, on a terminal that is as it was. */
export function leaveTerminalOnEnd(leave: () => void, tell: (error: unknown) => void): void {
  for (const signal of SIGNALS) {
    process.on(signal, async () => {
      await comeBack();
      leave();
      process.exit(128 + constants.signals[signal]);
    });
  }
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, async (error) => {
      await comeBack();
      leave();
      tell(error);
      process.exit(1);
    });
  }
}
