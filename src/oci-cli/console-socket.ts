// --console-socket: an engine listens there, and gets the other end of the container's terminal.

import { UsageError } from '../cli/flags.ts';
import { O_CLOEXEC, O_PATH } from '../linux/constants.ts';
import { close, open } from '../linux/files.ts';
import { connectUnix, socket } from '../linux/sockets.ts';

interface Wishes {
  hasTerminal: boolean;
  /** Nobody of ours stays to carry what is typed. */
  isDetached: boolean;
  socketPath: string | undefined;
}

/** @throws UsageError */
export function refuseConsoleMistakes({ hasTerminal, isDetached, socketPath }: Wishes): void {
  if (isDetached && hasTerminal && socketPath === undefined)
    throw new UsageError('a terminal is asked for, and nobody to take it: give its --console-socket');
  if (socketPath !== undefined && !(isDetached && hasTerminal))
    throw new UsageError(
      '--console-socket is for a terminal (process.terminal, --tty) that somebody else takes (create, --detach)',
    );
}

/** @returns a socket that is connected to the path, which may be longer than a socket's may be. */
export function connectConsole(path: string): number {
  const [fd, place] = [socket(), open(path, O_PATH | O_CLOEXEC)];
  connectUnix(fd, `/proc/self/fd/${place}`);
  close(place);
  return fd;
}
