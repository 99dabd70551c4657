// The door of a container: the unix socket shim.sock in its folder, at which its shim listens as long as it lives.
//
// A socket's path may have 107 bytes, and the folder's may have more: so it is reached by a descriptor of the folder.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { O_CLOEXEC, O_DIRECTORY } from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { close, open } from '../linux/files.ts';
import { bindUnix, connectUnix, listen, SOCK_NONBLOCK, socket } from '../linux/sockets.ts';
import { containerFolder } from './places.ts';

const NAME = 'shim.sock';

/** Called by the shim, which has the container's lock: a socket that is there already is what an earlier one has left. */
export function openDoor(id: string): number {
  rmSync(join(containerFolder(id), NAME), { force: true });
  const fd = socket(SOCK_NONBLOCK);
  throughFolder(id, (path) => bindUnix(fd, path));
  listen(fd, 128);
  return fd;
}

/** @returns a connection to the shim, or undefined when it has none: it has ended. */
export function knock(id: string): number | undefined {
  const fd = socket();
  try {
    throughFolder(id, (path) => connectUnix(fd, path));
    return fd;
  } catch (error) {
    close(fd);
    if (isErrno(error, 'ENOENT', 'ECONNREFUSED')) return undefined;
    throw error;
  }
}

function throughFolder(id: string, use: (path: string) => void): void {
  const folder = open(containerFolder(id), O_DIRECTORY | O_CLOEXEC);
  try {
    use(`/proc/self/fd/${folder}/${NAME}`);
  } finally {
    close(folder);
  }
}
