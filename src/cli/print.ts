// What a command prints.
//
// It is written at once, by the system call itself: Node's own process.stdout is a stream, whose twenty modules it compiles
// anew in every process that writes a word. That costs 4 ms.

import { writeSync } from 'node:fs';
import { POLLOUT } from '../linux/constants.ts';
import { poll } from '../linux/poll.ts';
import { isatty } from '../linux/terminal.ts';

/** True when somebody sits in front of us. */
export function isTerminal(): boolean {
  return isatty(0) && isatty(1);
}

const FD = { stdout: 1, stderr: 2 } as const;

let failure: Error | undefined;
let isHeard = true;

/** Writes the text to stdout or stderr. */
export function print(text: string, stream: keyof typeof FD = 'stdout'): void {
  try {
    writeAll(FD[stream], Buffer.from(text));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // Its reader has read enough, or nobody is left to be told.
    if (code === 'EPIPE' && stream === 'stdout') isHeard = false;
    else if (stream === 'stdout') failure ??= new Error(`${stream}: ${message}`);
  }
}

/** A pipe that is full may be one that does not wait by itself. */
function writeAll(fd: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length; ) {
    try {
      written += writeSync(fd, bytes, written);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      poll([{ fd, events: POLLOUT }]);
    }
  }
}

/** False when the reader of stdout has read enough: who prints without end stops then. */
export function hasReader(): boolean {
  return isHeard;
}

/** For the end of a command, which goes on when nobody takes what it prints. @throws Error of a full disk, say. */
export function refuseLostOutput(): void {
  if (failure) throw failure;
}
