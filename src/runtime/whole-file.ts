// Writes a file whole or not at all: a reader, and a kill -9 at any moment, finds the old content or the new one.
//
// Nothing waits until it is on the disk (fsync), or each start would wait too. After a power cut no container runs any
// more, and what was written in the seconds before may be empty: a container that is only just made is then taken for one
// that never was complete (clean.ts), and how another one has ended is not known (state.ts).

import {
  closeSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';

/** Writes `text` under a temporary name, and renames it into place. */
export function writeWhole(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, text, { mode: 0o600 });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw named(error as NodeJS.ErrnoException, path);
  }
}

/** Which file it was: a failed write says only what failed. */
function named(error: NodeJS.ErrnoException, path: string): Error {
  return error.syscall === undefined ? error : Object.assign(error, { path });
}

/** Writes over an existing file, which needs no new room on the disk if it is short. A crash here leaves neither text. */
export function writeOver(path: string, text: string): void {
  const fd = openSync(path, 'r+');
  try {
    writeSync(fd, text, 0);
    ftruncateSync(fd, Buffer.byteLength(text));
  } finally {
    closeSync(fd);
  }
}

/** The object in a JSON file, or undefined when it is missing or damaged: a broken file must not stop `ps`. */
export function readJson(path: string): object | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
