// How the shim and the init it cloned talk while a container starts: JSON messages over a pair of sockets that keep
// messages apart. Both ends are synchronous. The end after `ready` means that init has become the user's program (execve
// closes its end), and before it that init died.

import { F_SETFL, O_NONBLOCK, POLLERR, POLLHUP } from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { close, fcntl, read, write } from '../linux/files.ts';
import { poll } from '../linux/poll.ts';
import { socketpair } from '../linux/sockets.ts';
import type { Failure } from './failure.ts';

/**
 * `go` is the shim's word: to mount, when the id maps are ready; to join the cgroup; to change the root, when the hooks have
 * run that asked for it; that the seccomp agent has its descriptor, which is the `listener` of init; and to go on without the
 * shim. The others are init's. `ready` comes with the path of the program, and an errno after it is the springboard's, whose
 * execve has failed. `mounted` and `waits` are asked for by Way.
 */
export type Message =
  | { go: 'mount' | 'join' | 'pivot' | 'agent' | 'alone' }
  | { mounted: true }
  | { waits: true }
  | { notice: string }
  | { failed: Failure }
  | { pid: number }
  | { console: true }
  | { listener: number }
  | { errno: number }
  | { ready: string };

/** One end of the pair. */
export class Channel {
  fd: number;

  constructor(fd: number) {
    this.fd = fd;
  }

  send(message: Message): void {
    write(this.fd, Buffer.from(JSON.stringify(message)));
  }

  /** The next message, or undefined at the end. */
  receive(): Message | undefined {
    const buffer = Buffer.alloc(LARGEST_MESSAGE);
    const length = this.#read(buffer);
    if (length === 4) return { errno: buffer.readInt32LE(0) };
    return length === 0 ? undefined : (JSON.parse(buffer.toString('utf8', 0, length)) as Message);
  }

  /** ECONNRESET, told once, is that the other side died with something unread: its last words come after it. */
  #read(buffer: Buffer): number {
    try {
      return read(this.fd, buffer);
    } catch (error) {
      if (isErrno(error, 'ECONNRESET')) return read(this.fd, buffer);
      throw error;
    }
  }

  /** Bytes as they are, for what is no message: the other side has to expect them. */
  sendBytes(bytes: Buffer): void {
    write(this.fd, bytes);
  }

  receiveBytes(): Buffer {
    const buffer = Buffer.alloc(LARGEST_MESSAGE);
    return buffer.subarray(0, read(this.fd, buffer));
  }

  /**
   * Why the other side has failed, if it has said so already. When it is gone, our own next call fails too, in a way that
   * nobody would understand: EPIPE here, ESRCH elsewhere. The channel is of no other use afterwards.
   */
  lastWords(): Failure | undefined {
    fcntl(this.fd, F_SETFL, O_NONBLOCK);
    try {
      for (let message = this.receive(); message !== undefined; message = this.receive()) {
        if ('failed' in message) return message.failed;
      }
    } catch (error) {
      if (!isErrno(error, 'EAGAIN')) throw error;
    }
    return undefined;
  }

  /** True when nobody has the other end open any more. */
  isDeserted(): boolean {
    const [events = 0] = poll([{ fd: this.fd, events: 0 }], 0);
    return (events & (POLLHUP | POLLERR)) !== 0;
  }

  close(): void {
    close(this.fd);
  }
}

const LARGEST_MESSAGE = 64 * 1024;

/** The two ends of a new channel. */
export function makeChannel(): [Channel, Channel] {
  const [a, b] = socketpair('SOCK_SEQPACKET');
  return [new Channel(a), new Channel(b)];
}
