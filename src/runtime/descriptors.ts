// Which descriptors stay open in a process that is about to become a container's program.
//
// None of a file or folder of the host may: a path of the image, such as a WORKDIR of /proc/self/fd/7, could name it
// (CVE-2024-21626). But Node's own have to: V8 wakes the event loop by an eventfd whenever it has something for it to do,
// a garbage collection for one, and libuv ends the process with SIGABRT when that write fails. In a forked child no loop
// runs, and yet the writes go on. An eventfd, an epoll or a pipe leads to no file; execve closes them.

import { readdirSync } from 'node:fs';
import { CLOSE_RANGE_CLOEXEC, S_IFIFO, S_IFSOCK } from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { close, close_range, fstat } from '../linux/files.ts';

/** The descriptors of this process that lead to no file. Called while the host's /proc is still there. */
export function harmlessDescriptors(): number[] {
  const fds = readdirSync('/proc/self/fd').map(Number);
  return fds.filter((fd) => fd > 2 && isHarmless(fd)).sort((a, b) => a - b);
}

/** The kernel gives an anonymous inode (eventfd, epoll, signalfd) no type at all. */
function isHarmless(fd: number): boolean {
  try {
    const { type } = fstat(fd);
    return type === 0 || type === S_IFIFO;
  } catch (error) {
    if (isErrno(error, 'EBADF')) return false; // that of the reading of /proc/self/fd itself
    throw error;
  }
}

/**
 * Closes the pipes and sockets that we were started with, but for `kept`: whoever waits for their end must not wait for a
 * container. Of a pipe of Node's own both ends are here.
 * @param from the first descriptor that is looked at.
 */
export function closeGiven(from: number, kept: readonly number[]): void {
  const fds = readdirSync('/proc/self/fd')
    .map(Number)
    .filter((fd) => fd >= from && !kept.includes(fd));
  const open = fds.flatMap((fd) => tryStat(fd) ?? []);
  for (const { fd, type, ino } of open) {
    const isLonePipe = type === S_IFIFO && open.filter((other) => other.ino === ino).length === 1;
    if (isLonePipe || type === S_IFSOCK) close(fd);
  }
}

function tryStat(fd: number): { fd: number; type: number; ino: bigint } | undefined {
  try {
    const { type, ino } = fstat(fd);
    return { fd, type, ino };
  } catch (error) {
    if (isErrno(error, 'EBADF')) return undefined; // that of the reading of /proc/self/fd itself
    throw error;
  }
}

/** Closes all descriptors from 3 on but these, and those at execve. */
export function closeAllBut(kept: readonly number[]): void {
  close_range(3, undefined, CLOSE_RANGE_CLOEXEC);
  let from = 3;
  for (const fd of [...new Set(kept)].sort((a, b) => a - b)) {
    if (fd > from) close_range(from, fd - 1);
    from = fd + 1;
  }
  close_range(from);
}
