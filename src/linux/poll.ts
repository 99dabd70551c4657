// poll: waits until one of many descriptors is ready. The heart of every loop in a forked child, where Node's own
// event loop must not run.

import { POLLERR, POLLHUP, POLLIN, POLLNVAL, POLLOUT } from './constants.ts';
import { showFlags, showStruct } from './decode.ts';
import { bind, outcome } from './door.ts';
import { ERRNO } from './errno.ts';
import { SyscallError } from './errors.ts';

const native = bind('int poll(void *entries, unsigned long count, int timeoutMs)');

export interface PollEntry {
  fd: number;
  events: number;
}

const EVENTS = { POLLIN, POLLOUT, POLLERR, POLLHUP, POLLNVAL };

/**
 * man 2 poll. Not traced: it comes before each piece of data that is moved.
 * @param timeoutMs -1 waits for ever.
 * @returns the events of each entry in order; all 0 when the time is over or a signal came.
 */
export function poll(entries: readonly PollEntry[], timeoutMs = -1): number[] {
  const buffer = Buffer.alloc(entries.length * 8); // struct pollfd: int fd, short events, short revents
  for (const [index, { fd, events }] of entries.entries()) {
    buffer.writeInt32LE(fd, index * 8);
    buffer.writeInt16LE(events, index * 8 + 4);
  }
  const result = outcome(native(buffer, entries.length, timeoutMs));
  if (result < 0 && result !== -ERRNO.EINTR) throw new SyscallError('poll', show(entries, timeoutMs), -result);
  return entries.map((_, index) => (result <= 0 ? 0 : buffer.readInt16LE(index * 8 + 6)));
}

function show(entries: readonly PollEntry[], timeoutMs: number): string {
  const shown = entries.map(({ fd, events }) => showStruct({ fd, events: showFlags(EVENTS, events) }));
  return `[${shown.join(', ')}], ${entries.length}, ${timeoutMs}`;
}
