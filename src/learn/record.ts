// Runs a program in a terminal of its own, inside the user's, and keeps what comes out of it: whatever the program starts
// writes there too.
//
//     keyboard → our stdin → master │ slave → the program
//     screen   ← our stdout ← master │ slave ← the program, and everybody whom it lends its terminal
//                   ↓
//               the recording

import { constants } from 'node:os';
import { ReadStream } from 'node:tty';
import { O_CLOEXEC, O_NOCTTY, O_RDWR, WNOHANG } from '../linux/constants.ts';
import { close, dup3, tryRead, tryWrite } from '../linux/files.ts';
import { fork } from '../linux/fork.ts';
import { _exit, exitCode, kill, setsid, waitpid } from '../linux/process.ts';
import { openPeer, posix_openpt, setControllingTerminal, setTerminalSize, unlockpt } from '../linux/terminal.ts';
import { adoptTerminal } from '../runtime/own-terminal.ts';
import type { Asciicast } from './asciicast.ts';

/**
 * @param become turns the child, whose terminal is the new one, into the program.
 * @returns the program's exit code.
 */
export async function record(cast: Asciicast, become: () => never): Promise<number> {
  const master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  unlockpt(master);
  const slave = openPeer(master);
  using release = new DisposableStack();
  const resized = (size: { rows: number; columns: number }) => {
    setTerminalSize(master, size);
    cast.resized(size);
  };
  release.use(adoptTerminal({ raw: true, resized }));
  const ended = childEnd(release);
  const pid = fork();
  if (pid === 0) enter(slave, become);
  close(slave);
  passSignals(pid, release);
  carry(cast, master, pid, release);
  return await ended;
}

/** In the child. */
function enter(slave: number, become: () => never): never {
  try {
    setsid();
    setControllingTerminal(slave);
    for (const fd of [0, 1, 2]) dup3(slave, fd);
    become();
  } catch (error) {
    tryWrite(2, Buffer.from(`slipway: ${(error as Error).message}\r\n`));
  }
  _exit(125);
}

/** Resolves with the exit code of our only child. */
function childEnd(release: DisposableStack): Promise<number> {
  return new Promise((resolve) => {
    listen('SIGCHLD', release, () => {
      const ended = waitpid(-1, WNOHANG);
      if (ended) resolve(exitCode(ended.status));
    });
  });
}

/** A signal to us is meant for the program: it puts its terminal right, and ends. */
function passSignals(pid: number, release: DisposableStack): void {
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT'] as const) {
    listen(signal, release, () => kill(pid, constants.signals[signal]));
  }
}

/** Keys in, output out. */
function carry(cast: Asciicast, fd: number, pid: number, release: DisposableStack): void {
  const show = (bytes: Buffer) => {
    cast.output(bytes);
    process.stdout.write(bytes);
  };
  const master = new ReadStream(fd);
  master.on('error', () => {}); // EIO: no program has the terminal open any more
  master.on('data', show);
  process.stdin.on('data', (keys) => master.write(keys));
  process.stdin.on('end', () => kill(pid, constants.signals.SIGHUP)); // the user's terminal is gone
  release.defer(() => {
    process.stdin.destroy();
    const buffer = Buffer.alloc(1 << 16);
    for (let count = tryRead(fd, buffer); count > 0; count = tryRead(fd, buffer)) show(buffer.subarray(0, count));
    master.destroy();
  });
}

function listen(signal: NodeJS.Signals, release: DisposableStack, run: () => void): void {
  process.on(signal, run);
  release.defer(() => process.off(signal, run));
}
