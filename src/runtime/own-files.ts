// Reading and writing without waiting, for the command line: Node's pool of threads does the waiting. Node's streams do
// this too, but to load them takes 8 ms.

import { read, write } from 'node:fs';

/** How long to wait until a descriptor that somebody else has made non-blocking is tried again. */
const PAUSE_MS = 5;

/** @returns how many bytes came; 0 at the end. */
export async function readSome(fd: number, buffer: Uint8Array): Promise<number> {
  return patiently(
    () =>
      new Promise((resolve, reject) => {
        read(fd, buffer, 0, buffer.length, null, (error, count) => (error ? reject(error) : resolve(count)));
      }),
  );
}

/** Writes all of it. EPIPE when nobody reads there any more. */
export async function writeAll(fd: number, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += await writeSome(fd, bytes.subarray(at));
}

function writeSome(fd: number, bytes: Uint8Array): Promise<number> {
  return patiently(
    () =>
      new Promise((resolve, reject) => {
        write(fd, bytes, 0, bytes.length, null, (error, count) => (error ? reject(error) : resolve(count)));
      }),
  );
}

async function patiently(attempt: () => Promise<number>): Promise<number> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
