// Stays with a program that a shim supervises. What does that is loaded only now, while the shim starts the program.

import type { AttachOptions } from '../runtime/client.ts';
import type { Payloads } from '../runtime/frames.ts';

/** @param socketFd the socket to the shim. */
export async function attachTo(socketFd: number, options: AttachOptions): Promise<Payloads['exited']> {
  const { attach } = await import('../runtime/client.ts');
  return attach(socketFd, options);
}
