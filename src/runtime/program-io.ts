// A program's standard input and output, and the other descriptors that it gets.
//
//     pipes       a shim holds their other ends and passes on what comes
//     inherited   what we were started with goes to the program as it is: an engine has made it for this program
//     terminal    one is made in the container; its other end goes to the shim, or through a socket that an engine listens at

import { openNull } from '../chroot/null.ts';
import { openConsole } from '../exec/console.ts';
import { closeChildEnds, keepStdio, type Stdio, takeStdio } from '../exec/stdio.ts';
import { F_SETFD, O_RDWR, S_IFCHR } from '../linux/constants.ts';
import { close, dup3, fcntl, fstat } from '../linux/files.ts';
import { sendFd } from '../linux/pass-fd.ts';
import type { TerminalSize } from '../linux/terminal.ts';
import type { Spec } from '../oci.ts';
import type { Channel } from './channel.ts';

export interface ProgramIo {
  stdio: Stdio | 'inherited' | 'terminal';
  /** A connected socket that takes the terminal's other end. */
  consoleSocket?: number;
  /** How many descriptors from 3 on the program gets as they are. */
  preservedFds: number;
}

/** What a shim does with a program: pipes, or a terminal. */
export function shimIo(stdio: Stdio | undefined): ProgramIo {
  return { stdio: stdio ?? 'terminal', preservedFds: 0 };
}

/**
 * In the program's process, inside the root: makes 0 to 2 what they shall be.
 * @param isFirst says that the terminal is the container's own, and so its /dev/console.
 */
export function takeProgramIo(
  { stdio, consoleSocket }: ProgramIo,
  spec: Spec,
  channel: Channel,
  isFirst: boolean,
): void {
  if (stdio === 'terminal') {
    const send = (master: number) =>
      consoleSocket === undefined ? sendConsole(channel, master) : sendFd(consoleSocket, master);
    openConsole(send, { size: consoleSize(spec), isFirst });
  } else if (stdio === 'inherited') {
    keepStdio();
    replaceNull();
  } else {
    takeStdio(stdio);
  }
}

/** In the parent: what only the program has to do with. */
export function releaseProgramIo({ stdio, consoleSocket }: ProgramIo): void {
  if (typeof stdio === 'object') closeChildEnds(stdio);
  if (consoleSocket !== undefined) close(consoleSocket);
}

/** The shim learns that a descriptor follows, and gets it. */
function sendConsole(channel: Channel, master: number): void {
  channel.send({ console: true });
  sendFd(channel.fd, master);
}

function consoleSize({ process }: Spec): TerminalSize | undefined {
  return process.consoleSize && { rows: process.consoleSize.height, columns: process.consoleSize.width };
}

/** The host's null device in the container would be the host's for all that can be done to it: chmod, say. */
function replaceNull(): void {
  for (const fd of [0, 1, 2]) {
    const { type, rdevMajor, rdevMinor } = fstat(fd);
    if (type !== S_IFCHR || rdevMajor !== 1 || rdevMinor !== 3) continue;
    const own = openNull(O_RDWR);
    dup3(own, fd);
    close(own);
  }
}

/** The numbers of the descriptors that the program gets beyond stdio. */
export function preservedFds({ preservedFds }: ProgramIo): number[] {
  return Array.from({ length: preservedFds }, (_, index) => 3 + index);
}

/** Node has marked them for execve to close. */
export function keepPreservedFds(io: ProgramIo): void {
  for (const fd of preservedFds(io)) fcntl(fd, F_SETFD, 0);
}
