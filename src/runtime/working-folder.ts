// Enters the program's working folder, inside the root and nowhere else.
//
// WORKDIR may name /proc/self/fd/7, which leads to whatever folder of the host a descriptor was left open on
// (CVE-2024-21626). So after the chdir the kernel is asked where we are: outside of the root its answer does not
// begin with a slash.

import { AT_FDCWD } from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { getcwd, mkdirat } from '../linux/files.ts';
import { chdir } from '../linux/mount.ts';

/** Makes the folder with its parents where it is missing. Called inside the root, while we may still write there. */
export function makeWorkingFolder(path: string): void {
  let above = '';
  for (const name of path.split('/').filter(Boolean)) {
    above += `/${name}`;
    try {
      mkdirat(AT_FDCWD, above, 0o755);
    } catch (error) {
      if (isErrno(error, 'EEXIST', 'EROFS', 'EACCES', 'EPERM')) continue;
      throw error;
    }
  }
}

/** @throws Error when the folder is missing, no folder, or outside of the root. */
export function enterWorkingFolder(path: string): void {
  try {
    chdir(path);
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP')) {
      throw new Error(`the working folder ${path} cannot be entered: ${error.code}`);
    }
    throw error;
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
