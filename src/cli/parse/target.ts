// Where in the container something is mounted.

import { posix } from 'node:path';

/** A clean absolute path. @throws Error when it is relative or the root itself. */
export function parseTarget(text: string): string {
  if (!text.startsWith('/')) throw new Error(`invalid mount path: '${text}' mount path must be absolute`);
  const path = posix.normalize(text).replace(/(.)\/$/, '$1');
  if (path === '/') throw new Error(`invalid specification: destination can't be '/'`);
  if (path.includes('\0')) throw new Error('invalid mount path: it has a zero byte in it');
  return path;
}
