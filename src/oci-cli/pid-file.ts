// --pid-file: the number of the first process, for the engine that is to be its parent.

import { renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** Written whole. @throws Error when it cannot be written. */
export function writePidFile(path: string, pid: number): void {
  const whole = resolve(path);
  const temporary = join(dirname(whole), `.${basename(whole)}`);
  writeFileSync(temporary, String(pid));
  renameSync(temporary, whole);
}
