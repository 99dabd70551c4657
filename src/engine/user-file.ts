// Files that a user names: read with an error that says what is wrong in words, and no error number.

import { readFileSync, writeFileSync } from 'node:fs';

/** @throws Error such as "there is no such file". */
export function readUserFile(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Error(reasonOf(error as NodeJS.ErrnoException));
  }
}

/** Writes a file that must not be there yet. @throws Error saying why it could not. */
export function writeNewUserFile(path: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: 'wx' });
  } catch (error) {
    throw new Error(reasonOf(error as NodeJS.ErrnoException));
  }
}

const REASONS: Record<string, string> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'there is no such file or folder',
  EACCES: 'you have no right to it',
  EISDIR: 'it is a folder',
  EEXIST: 'there is such a file already. Remove it, or choose another',
  EROFS: 'it lies on a read-only file system',
};

/** What went wrong with a file, in words. */
export function reasonOf({ code = '', message }: NodeJS.ErrnoException): string {
  return REASONS[code] ?? message;
}
