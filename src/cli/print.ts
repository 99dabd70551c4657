// What a command prints. To a pipe whose reader is slow Node writes later, so the command line must not exit before.

import { isatty } from 'node:tty';

/** True when somebody sits in front of us. */
export function isTerminal(): boolean {
  return isatty(0) && isatty(1);
}

type Stream = 'stdout' | 'stderr';

const written: Partial<Record<Stream, Promise<unknown>>> = {};

/** Writes the text to stdout or stderr, after what was written there before. */
export function print(text: string, stream: Stream = 'stdout'): void {
  if (!written[stream]) process[stream].on('error', () => {}); // write() hears of it too
  written[stream] = Promise.all([written[stream], write(text, stream)]);
  written[stream].catch(() => {}); // allPrinted() tells of it
}

/** Resolves when everything has been written. @throws Error when it could not be: on a full disk, say. */
export async function allPrinted(stream: Stream): Promise<void> {
  await written[stream];
}

function write(text: string, stream: Stream): Promise<void> {
  return new Promise((resolve, reject) => {
    process[stream].write(text, (error?: NodeJS.ErrnoException | null) => {
      // Its reader has read enough, or nobody is left to be told.
      if (!error || error.code === 'EPIPE' || stream === 'stderr') resolve();
      else reject(new Error(`${stream}: ${error.message}`));
    });
  });
}
