// Gives a container its own cgroup, so that it can make others in it: what an init system in a container wants. On v2 alone,
// where nobody can get out of what was delegated; and only the files by which processes are moved and controllers switched,
// not those of the limits (cgroup-v2.rst, "Delegation").

import { AT_EMPTY_PATH } from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { fchownat, readText } from '../linux/files.ts';
import { inFolder } from './folders.ts';
import type { Part } from './part.ts';

/** What a kernel that keeps no list delegates. */
const USUAL = ['cgroup.procs', 'cgroup.subtree_control', 'cgroup.threads'];

/** @param uid who the container's user is outside. */
export function delegate(parts: readonly Part[], uid: number): void {
  const [part] = parts;
  if (part === undefined || parts.some(({ version }) => version === 1)) return;
  inFolder(part, (folderFd) => {
    fchownat(folderFd, '', uid, -1, AT_EMPTY_PATH);
    for (const file of filesToDelegate()) giveIfThere(folderFd, file, uid);
  });
}

function filesToDelegate(): string[] {
  try {
    return readText('/sys/kernel/cgroup/delegate').split('\n').filter(Boolean);
  } catch {
    return USUAL;
  }
}

/** Not every cgroup has every file of the list. */
function giveIfThere(folderFd: number, file: string, uid: number): void {
  try {
    fchownat(folderFd, file, uid, -1);
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
  }
}
