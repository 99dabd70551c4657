// The machine's clock, to the nanosecond: Date knows milliseconds.

import { bind } from './door.ts';

const native = bind('int clock_gettime(int clock, void *time)');

const CLOCK_REALTIME = 0;

/** man 2 clock_gettime: seconds since 1970, and nanoseconds. Not shown by --explain: it comes with each line of a log. */
export function realtime(): { seconds: number; nanoseconds: number } {
  const time = Buffer.alloc(16); // struct timespec: two 64-bit numbers
  native(CLOCK_REALTIME, time);
  return { seconds: Number(time.readBigInt64LE(0)), nanoseconds: Number(time.readBigInt64LE(8)) };
}
