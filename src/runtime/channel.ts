// How the shim and the init it cloned talk while a container starts: JSON messages over a pair of sockets that keep
// messages apart. Both ends are synchronous. The end means that init has become the user's program (execve closes its
// end), or that it died.

import { close, read, write } from '../linux/files.ts';
import { socketpair } from '../linux/sockets.ts';
import type { Failure } from './failure.ts';

/** `go` is the shim's word that id maps and cgroup are ready; the others are init's. */
export type Message = { go: true } | { notice: string } | { failed: Failure } | { pid: number } | { console: true };

export interface Channel {
  fd: number;
  send(message: Message): void;
  /** The next message, or undefined at the end. */
  receive(): Message | undefined;
  close(): void;
}

const LARGEST_MESSAGE = 64 * 1024;

/** The two ends of a new channel. */
export function makeChannel(): [Channel, Channel] {
  const [a, b] = socketpair('SOCK_SEQPACKET');
  return [channelOn(a), channelOn(b)];
}

/** A channel on one end of the pair. */
export function channelOn(fd: number): Channel {
  return {
    fd,
    send: (message) => void write(fd, Buffer.from(JSON.stringify(message))),
    receive: () => receive(fd),
    close: () => close(fd),
  };
}

function receive(fd: number): Message | undefined {
  const buffer = Buffer.alloc(LARGEST_MESSAGE);
  const length = read(fd, buffer);
  return length === 0 ? undefined : (JSON.parse(buffer.toString('utf8', 0, length)) as Message);
}
