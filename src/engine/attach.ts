// Stays with a program that a shim supervises. Node's streams, which do that, are loaded only now: while they load, the
// shim is starting the program on another processor.

import type { AttachOptions } from '../runtime/client.ts';
import type { Payloads } from '../runtime/frames.ts';

/** @param socketFd the socket to the shim. */
export async function attachTo(socketFd: number, options: AttachOptions): Promise<Payloads['exited']> {
  const { attach } = await import('../runtime/client.ts');
  return attach(socketFd, options);
}
