// Enters the program's working folder, inside the root and nowhere else.
//
// WORKDIR may name /proc/self/fd/7, which leads to whatever folder of the host a descriptor was left open on
// (CVE-2024-21626). There are three locks on that door: nothing but stdio is open any more when it is walked; such magic
// links are not followed; and in the end the kernel is asked where we are: outside of the root its answer does not begin
// with a slash.

import { AT_FDCWD, O_CLOEXEC, O_DIRECTORY, O_PATH, RESOLVE_NO_MAGICLINKS } from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { close, getcwd, openat2 } from '../linux/files.ts';
import { makeFolderInRoot, openRoot } from '../linux/in-root.ts';
import { fchdir } from '../linux/mount.ts';

/** Makes the folder with its parents where it is missing. Called inside the root, while we may still write there. */
export function makeWorkingFolder(path: string): void {
  const root = openRoot('/');
  try {
    close(makeFolderInRoot(root, path));
  } catch (error) {
    // What is wrong with it, if anything, is told when it is entered.
    if (!isErrno(error, 'ENOENT', 'EROFS', 'EACCES', 'EPERM', 'ENOTDIR', 'ELOOP')) throw error;
  } finally {
    close(root);
  }
}

/**
 * Enters the folder while we are still root, as Docker does: a USER may be given a WORKDIR that only root may enter.
 * @returns false when that failed: the user may have rights that root has not, on a network file system say.
 */
export function tryEnterWorkingFolder(path: string): boolean {
  try {
    enterWorkingFolder(path);
    return true;
  } catch {
    return false;
  }
}

const REASONS = {
  ENOENT: 'no such file or directory in the container',
  ENOTDIR: 'it is no folder',
  EACCES: 'the user has no right to it',
  ELOOP: 'it goes through a link that may not be followed',
};

/** @throws Error when the folder is missing, no folder, or outside of the root. */
export function enterWorkingFolder(path: string): void {
  try {
    const fd = openat2(AT_FDCWD, path, { flags: O_PATH | O_DIRECTORY | O_CLOEXEC, resolve: RESOLVE_NO_MAGICLINKS });
    fchdir(fd);
    close(fd);
  } catch (error) {
    if (!isErrno(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP')) throw error;
    throw new Error(`the working folder ${path} cannot be entered: ${REASONS[error.code as keyof typeof REASONS]}`);
  }
  verifyInsideRoot(path);
}

/** @throws Error when the present folder is not below the root. */
export function verifyInsideRoot(path: string): void {
  let where: string;
  try {
    where = getcwd();
  } catch (error) {
    throw new Error(`the working folder ${path} leads out of the container's root`, { cause: error });
  }
  if (!where.startsWith('/')) throw new Error(`the working folder ${path} leads out of the container's root`);
}
