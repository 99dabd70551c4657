// What a command prints. To a pipe whose reader is slow Node writes later, so the command line must not exit before.

type Stream = 'stdout' | 'stderr';

const written: Record<Stream, Promise<void>> = { stdout: Promise.resolve(), stderr: Promise.resolve() };

/** Writes the text to stdout or stderr, after what was written there before. */
export function print(text: string, stream: Stream = 'stdout'): void {
  written[stream] = Promise.all([written[stream], write(text, stream)]).then(() => {});
  written[stream].catch(() => {}); // allPrinted() tells of it
}

/** Resolves when everything has been written. @throws Error when it could not be: on a full disk, say. */
export function allPrinted(stream: Stream): Promise<void> {
  return written[stream];
}

function write(text: string, stream: Stream): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const fail = (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || stream === 'stderr')
      resolve(); // its reader has read enough, or nobody is left to be told
    else reject(new Error(`${stream}: ${error.message}`));
  };
  process[stream].once('error', fail);
  process[stream].write(text, (error) => {
    if (error) fail(error);
    else resolve();
  });
  return promise;
}
