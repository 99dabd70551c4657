// A learner may do one lesson with sudo, and the next without: what root writes in their workspace becomes theirs.

import { lchownSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Gives a path to whoever owns the folder that it is in, if we are root. */
export function giveToOwner(path: string): void {
  const { uid, gid } = statSync(dirname(path));
  if (process.getuid?.() === 0 && uid !== 0) lchownSync(path, uid, gid);
}
