// What a test needs of this machine: the kernel’s headers and a C compiler, by which our copies of its numbers are checked.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

export const X86_64_NUMBERS = '/usr/include/x86_64-linux-gnu/asm/unistd_64.h';
export const ARM64_NUMBERS = '/usr/include/asm-generic/unistd.h';

/** True when a check cannot be made. It is said, and on CI, where all must be checked, the check fails instead. */
export function isMissing(what: string, isThere: boolean): boolean {
  if (isThere || process.env.CI) return false;
  console.warn(`NOT CHECKED: there is no ${what} on this machine`);
  return true;
}

export function hasFile(path: string): boolean {
  return existsSync(path);
}

export function hasCompiler(): boolean {
  return spawnSync('cc', ['--version']).status === 0 && existsSync('/usr/include/linux/mount.h');
}
