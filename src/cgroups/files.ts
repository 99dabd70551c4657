// Reads and writes the files of a cgroup. A refused write says which file, which value, and what that means.

import { SyscallError } from '../linux/errors.ts';
import { isErrno } from '../linux/door.ts';
import { readText, writeText } from '../linux/files.ts';
import type { Setting } from './setting.ts';

const MEANINGS: Record<string, string> = {
  EBUSY: 'processes or child cgroups use what it would take away',
  EINVAL: 'the controller does not take this value, or the parent cgroup allows less',
  ENOENT: 'this kernel has no such file: the controller, or this part of it, is missing or is not switched on in the parent’s cgroup.subtree_control',
  EACCES: 'the cgroup belongs to another user: it would have to be delegated to you',
  EPERM: 'the kernel reserves this to a privileged user',
  ERANGE: 'the number is outside of what the kernel takes',
  ENODEV: 'there is no such device',
  EOPNOTSUPP: 'the controller cannot be used in this place of the tree',
};

/** Writes a setting below `folder`. */
export function writeSetting(folder: string, { file, value, optional }: Setting): void {
  try {
    writeText(`${folder}/${file}`, value);
  } catch (error) {
    if (optional && isErrno(error, 'ENOENT', 'EOPNOTSUPP')) return;
    if (!(error instanceof SyscallError)) throw error;
    const meaning = MEANINGS[error.code] ?? error.message;
    throw new Error(`cannot set ${file} to "${value}" (${error.code}): ${meaning}`, { cause: error });
  }
}

/** A file of a cgroup, or undefined where the kernel has none. */
export function readSetting(folder: string, file: string): string | undefined {
  try {
    return readText(`${folder}/${file}`).trim();
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENODEV', 'EOPNOTSUPP')) return undefined;
    throw error;
  }
}

/** `usage_usec 12\nnr_periods 3` as a record of numbers. */
export function parseFlatKeyed(text: string): Record<string, number> {
  const pairs = text.split('\n').map((line) => line.trim().split(/\s+/));
  return Object.fromEntries(pairs.filter((pair) => pair.length === 2).map(([key, value]) => [key, Number(value)]));
}
