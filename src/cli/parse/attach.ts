// How a user stays with a container: which streams, and the keys to leave by.

import type { Streams } from '../../runtime/frames.ts';

/** Ctrl-P Ctrl-Q. */
export const DETACH_KEYS = Buffer.from([0x10, 0x11]);

/** @throws Error for what is no stream. */
export function parseStream(text: string): keyof Streams {
  const stream = text.toLowerCase();
  if (stream === 'stdin' || stream === 'stdout' || stream === 'stderr') return stream;
  throw new Error('valid streams are STDIN, STDOUT and STDERR');
}

/** Behind `ctrl-`: the character whose code is that of the key, with the bits of 0x60 put to it. */
const CONTROL = /^ctrl-[a-z@[\\\]^_]$/;

/** `ctrl-p,ctrl-q`: keys with commas between, each a character or `ctrl-` and one. @throws Error for what is no key. */
export function parseDetachKeys(text: string): Buffer {
  if (text === '') return DETACH_KEYS;
  return Buffer.from(text.split(',').map(codeOf));
}

function codeOf(key: string): number {
  if (key.length === 1 && key.charCodeAt(0) < 0x80) return key.charCodeAt(0);
  if (key === 'DEL') return 0x7f;
  if (CONTROL.test(key)) return key.charCodeAt(key.length - 1) & 0x1f;
  throw new Error(`invalid detach keys (${key}): each is a character, or ctrl- with a letter or one of @ [ \\ ] ^ _`);
}
