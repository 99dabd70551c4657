// The same file or folder, by whatever path or through whatever mount: goals compare what two paths lead to.

import { statSync } from 'node:fs';

/** `device:inode`; of a path that leads nowhere it is one that no file has. */
export function identity(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return `${stat?.dev}:${stat?.ino}`;
}
