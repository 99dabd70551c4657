// The exec fifo: a container that was created and not yet started waits here.
//
//     init     has it open for reading and writing from before its root changes, and reads: the read ends with a byte
//     start    opens it for writing: ENXIO when nobody reads, and so nobody waits. It writes the byte, and polls for POLLERR,
//              which comes when the last reader is gone: by execve, which closes the fifo, or because init has ended.
//              What is in the fifo then is why it could not: init's words, or an errno of the springboard
//
// So the kernel itself says whether a container waits, whoever was killed meanwhile, and an error of the start reaches who
// asked for it. init needs nothing but read and write for it, which any seccomp profile allows.

import { O_CLOEXEC, O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY, POLLERR, S_IFIFO } from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { close, mknod, open, read, tryRead, write } from '../linux/files.ts';
import { poll } from '../linux/poll.ts';

/** What `start` writes. */
export const WORD = Buffer.from('0');

/** Makes the fifo. @returns init's end. */
export function makeExecFifo(path: string): number {
  mknod(path, S_IFIFO | 0o600);
  return open(path, O_RDWR | O_CLOEXEC);
}

/** In init: waits for the word, however long that takes. */
export function awaitWord(fifo: number): void {
  read(fifo, Buffer.alloc(WORD.length));
}

/** True when somebody waits at the fifo, or is on the way from there to the program. */
export function isAwaited(path: string): boolean {
  const fd = tryOpen(path);
  if (fd !== undefined) close(fd);
  return fd !== undefined;
}

/** What came of the word: the program has begun, or init has left these bytes. Undefined when nobody waited. */
export type Answer = { begun: true } | { begun: false; said: Buffer };

/** Sends the word, and waits until the program has begun, or init has ended. */
export function sendWord(path: string): Answer | undefined {
  const fd = tryOpen(path);
  if (fd === undefined) return undefined;
  try {
    write(fd, WORD);
    while (((poll([{ fd, events: 0 }])[0] ?? 0) & POLLERR) === 0);
    const said = readRest(path); // while our own end is open, so that nothing of it is lost
    return said.length === 0 ? { begun: true } : { begun: false, said };
  } finally {
    close(fd);
  }
}

function tryOpen(path: string): number | undefined {
  try {
    return open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
  } catch (error) {
    if (isErrno(error, 'ENXIO', 'ENOENT')) return undefined;
    throw error;
  }
}

/** All that a pipe can hold. */
function readRest(path: string): Buffer {
  const fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  const rest = Buffer.alloc(64 * 1024);
  const count = tryRead(fd, rest);
  close(fd);
  return rest.subarray(0, Math.max(count, 0));
}
