// What a command prints. To a pipe whose reader is slow Node writes later, so the command line must not exit before.

let written: Promise<void> = Promise.resolve();

/** Writes the text to stdout, after what was printed before. */
export function print(text: string): void {
  written = Promise.all([written, write(text)]).then(() => {});
  written.catch(() => {}); // allPrinted() tells of it
}

/** Resolves when everything has been written. @throws Error when it could not be: on a full disk, say. */
export function allPrinted(): Promise<void> {
  return written;
}

function write(text: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const fail = (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE')
      resolve(); // its reader has read enough
    else reject(new Error(`stdout: ${error.message}`));
  };
  process.stdout.once('error', fail);
  process.stdout.write(text, (error) => {
    if (error) fail(error);
    else resolve();
  });
  return promise;
}
