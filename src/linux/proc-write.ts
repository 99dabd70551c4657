// Writing to a file of /proc from inside a container's root, where the image may have put another file in its place, or a
// link to one: it has to be the kernel's own.

import { O_CLOEXEC, O_NOFOLLOW, O_WRONLY, PROC_SUPER_MAGIC } from './constants.ts';
import { close, fstatfs, open, write } from './files.ts';

/** @param path below /proc. @throws Error when it does not lie on proc, SyscallError when the kernel refuses the value. */
export function writeToProc(path: string, value: string): void {
  const fd = open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
  try {
    if (fstatfs(fd).type !== PROC_SUPER_MAGIC) throw new Error(`${path} does not lie on proc: refusing to write`);
    write(fd, Buffer.from(value), path);
  } finally {
    close(fd);
  }
}
