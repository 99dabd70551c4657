// Random bytes from the kernel (man 2 getrandom).

import { bind, call } from './door.ts';

const native = bind('long getrandom(void *buffer, size_t size, unsigned int flags)');

/** `count` random bytes; up to 256 come at once. */
export function getrandom(count: number): Buffer {
  const buffer = Buffer.alloc(count);
  call(
    'getrandom',
    () => `…, ${count}, 0`,
    () => native(buffer, count, 0),
  );
  return buffer;
}
