// The program's standard input and output as pipes: the shim holds one end of each, the program gets the other.

import { openNull } from '../chroot/null.ts';
import { F_SETFD, F_SETFL, O_CLOEXEC, O_NONBLOCK, O_RDONLY, O_RDWR } from '../linux/constants.ts';
import { close, dup3, fcntl, open, pipe2 } from '../linux/files.ts';

/** What the child makes its descriptors 0 to 2 of. Without stdin it reads the container's /dev/null. */
export interface ChildStdio {
  stdin?: number;
  stdout: number;
  stderr: number;
}

/** The shim's ends: it writes to stdin, and reads the others. */
export interface ShimStdio {
  stdin?: number;
  stdout: number;
  stderr: number;
}

export interface Stdio {
  child: ChildStdio;
  shim: ShimStdio;
}

/** Makes the pipes. The shim's ends do not block. */
export function makeStdio({ interactive }: { interactive: boolean }): Stdio {
  const [outRead, outWrite] = pipe2(O_CLOEXEC);
  const [errRead, errWrite] = pipe2(O_CLOEXEC);
  const shim: ShimStdio = { stdout: outRead, stderr: errRead };
  const child: ChildStdio = { stdout: outWrite, stderr: errWrite };
  if (interactive) [child.stdin, shim.stdin] = pipe2(O_CLOEXEC);
  for (const fd of Object.values(shim)) fcntl(fd, F_SETFL, O_NONBLOCK);
  return { child, shim };
}

/**
 * In the child, inside the root: makes the pipes its standard input and output. dup3 to another number leaves out
 * close-on-exec. The host's /dev/null must not be among them: `chmod 0 /proc/self/fd/0` would take it from everyone.
 */
export function takeStdio({ child }: Stdio): void {
  dup3(child.stdin ?? openNull(O_RDONLY), 0);
  dup3(child.stdout, 1);
  dup3(child.stderr, 2);
}

/** In the shim, after the clone: the child's ends are the child's alone, else their end would never be seen. */
export function closeChildEnds({ child }: Stdio): void {
  for (const fd of Object.values(child)) close(fd);
}

/** Lets go of the standard input and output that a process was started with. */
export function detachStdio(): void {
  const nothing = open('/dev/null', O_RDWR | O_CLOEXEC);
  for (const fd of [0, 1, 2]) dup3(nothing, fd);
  close(nothing);
}

/** Node marks its own standard input and output close-on-exec: without this, execve starts a program that has none. */
export function keepStdio(): void {
  for (const fd of [0, 1, 2]) fcntl(fd, F_SETFD, 0);
}
