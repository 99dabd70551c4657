// The client's socket, in its two directions.
//
// What comes is read into one buffer over and over: output of any length makes no garbage, and memory stays flat.
// What goes has a descriptor of its own: writing to a shim that has just ended fails, and Node then closes the
// descriptor, with all that the shim said last and that is still to be read.

import { Socket } from 'node:net';
import { F_DUPFD_CLOEXEC } from '../linux/constants.ts';
import { fcntl } from '../linux/files.ts';

const BUFFER_SIZE = 64 * 1024;

/** Where to write. When nobody is there any more, what is written is lost without a word. */
export function openSending(fd: number): Socket {
  const socket = new Socket({ fd: fcntl(fd, F_DUPFD_CLOEXEC, 3), readable: false, writable: true });
  return socket.on('error', () => {});
}

/**
 * What comes, in pieces. The memory of each is filled anew as soon as the next one is asked for. It ends when the other
 * side ends or is killed: a reset (ECONNRESET) is but an end.
 */
export async function* receive(fd: number): AsyncGenerator<Buffer> {
  let wake = () => {};
  let piece: Buffer | undefined;
  let hasEnded = false;
  const options = {
    fd,
    readable: true,
    writable: false,
    onread: {
      buffer: Buffer.alloc(BUFFER_SIZE),
      callback(count: number, buffer: Uint8Array): boolean {
        piece = Buffer.from(buffer.buffer, buffer.byteOffset, count);
        wake();
        return false; // reads no more until resume()
      },
    },
  };
  const socket = new Socket(options);
  const end = () => {
    hasEnded = true;
    wake();
  };
  socket.on('end', end).on('error', end).on('close', end);

  for (;;) {
    const { promise, resolve } = Promise.withResolvers<void>();
    wake = resolve;
    socket.resume();
    if (piece === undefined && !hasEnded) await promise;
    if (piece === undefined) return;
    const next: Buffer = piece;
    piece = undefined;
    yield next;
  }
}
