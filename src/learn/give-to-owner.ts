// A learner may do one lesson with sudo, and the next without: what root writes in their workspace becomes theirs.

import { lchownSync, statSync } from 'node:fs';

/** Gives each path to whoever owns the workspace, if we are root. */
export function giveToOwner(workspace: string, ...paths: string[]): void {
  const { uid, gid } = statSync(workspace);
  if (process.getuid?.() !== 0 || uid === 0) return;
  for (const path of paths) lchownSync(path, uid, gid);
}
