// Writing from a loop that must never wait: what a descriptor does not take now is kept, in order, until poll says that
// there is room. The shim has two: its client's socket, and the program's stdin. Whoever fills one looks at `isEmpty`
// before it reads more from its own source: so a slow reader slows the program, and memory stays flat.

import { F_GETFL, F_SETFL, O_NONBLOCK, POLLOUT } from '../linux/constants.ts';
import { ERRNO } from '../linux/errno.ts';
import { fcntl, tryWrite } from '../linux/files.ts';
import { poll } from '../linux/poll.ts';

/** In bytes: room for what a reader is behind as a rule. */
const QUEUE_SIZE = 64 * 1024;

export class Outlet {
  readonly fd: number;
  /** What waits lies from #start to #end. The memory is used over and over: a slow reader makes no garbage. */
  #queue = Buffer.alloc(QUEUE_SIZE);
  #start = 0;
  #end = 0;
  #broken = false;

  /** Makes the descriptor non-blocking. */
  constructor(fd: number) {
    this.fd = fd;
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  }

  get isEmpty(): boolean {
    return this.pendingBytes === 0;
  }

  /** Bytes that wait for room. */
  get pendingBytes(): number {
    return this.#end - this.#start;
  }

  /** True when nobody reads there any more; what is sent then is dropped. */
  get isBroken(): boolean {
    return this.#broken;
  }

  /** Writes what can be written at once, after all that waits already, and keeps a copy of the rest. */
  send(bytes: Buffer): void {
    if (this.#broken || bytes.length === 0) return;
    const taken = this.isEmpty ? this.#write(bytes) : 0;
    if (this.#broken || taken === bytes.length) return;
    this.#append(bytes.subarray(taken));
  }

  #append(bytes: Buffer): void {
    this.#queue.copyWithin(0, this.#start, this.#end);
    this.#end -= this.#start;
    this.#start = 0;
    const length = this.#end + bytes.length;
    if (length > this.#queue.length) this.#queue = Buffer.concat([this.#queue], 2 * length);
    this.#end += bytes.copy(this.#queue, this.#end);
  }

  /** Writes on until the descriptor takes no more: for when poll has said POLLOUT. */
  pump(): void {
    while (!this.isEmpty) {
      const taken = this.#write(this.#queue.subarray(this.#start, this.#end));
      if (taken === 0) return;
      this.#start += taken;
    }
  }

  /**
   * Waits until everything is written, or nobody reads any more.
   * @param patienceMs how long to wait for a reader that takes nothing; without it, for ever.
   * @returns false when patience was at an end first.
   */
  flush(patienceMs = -1): boolean {
    while (!this.isEmpty) {
      const [events] = poll([{ fd: this.fd, events: POLLOUT }], patienceMs);
      if (events === 0 && patienceMs >= 0) return false;
      this.pump();
    }
    return true;
  }

  /** Forgets what waits: the reader is gone. */
  abandon(): void {
    this.#broken = true;
    this.#start = this.#end;
  }

  #write(bytes: Buffer): number {
    const taken = tryWrite(this.fd, bytes);
    if (taken >= 0) return taken;
    if (taken !== -ERRNO.EAGAIN && taken !== -ERRNO.EINTR) this.abandon();
    return 0;
  }
}
