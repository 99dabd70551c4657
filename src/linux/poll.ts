// poll: waits until one of many descriptors is ready. The heart of every loop in a forked child, where Node's own
// event loop must not run.

import { POLLERR, POLLHUP, POLLIN, POLLNVAL, POLLOUT } from './constants.ts';
import { showFlags } from './decode.ts';
import { attempt, bind } from './door.ts';
import { ERRNO } from './errno.ts';
import { SyscallError } from './errors.ts';

const native = bind('int poll(void *entries, unsigned long count, int timeoutMs)');

export interface PollEntry {
  fd: number;
  events: number;
}

const EVENTS = { POLLIN, POLLOUT, POLLERR, POLLHUP, POLLNVAL };

/**
 * man 2 poll.
 * @param timeoutMs -1 waits for ever.
 * @returns the events of each entry in order; all 0 when the time is over or a signal came.
 */
export function poll(entries: readonly PollEntry[], timeoutMs = -1): number[] {
  const buffer = Buffer.alloc(entries.length * 8); // struct pollfd: int fd, short events, short revents
  for (const [index, { fd, events }] of entries.entries()) {
    buffer.writeInt32LE(fd, index * 8);
    buffer.writeInt16LE(events, index * 8 + 4);
  }
  const show = () =>
    `[${entries.map(({ fd, events }) => `{${fd}, ${showFlags(EVENTS, events)}}`).join(', ')}], ${entries.length}, ${timeoutMs}`;
  const result = attempt('poll', show, () => native(buffer, entries.length, timeoutMs));
  if (result < 0 && result !== -ERRNO.EINTR) throw new SyscallError('poll', show(), -result);
  return entries.map((_, index) => (result <= 0 ? 0 : buffer.readInt16LE(index * 8 + 6)));
}
