// Writes what the controllers want written. A refused write says which file, which value, and what that means.

import { isErrno } from '../linux/door.ts';
import { SyscallError } from '../linux/errors.ts';
import { readFile, writeIn } from './files.ts';
import { inFolder, type Place } from './folders.ts';
import type { Setting } from './setting.ts';

const MEANINGS: Record<string, string> = {
  EBUSY: 'processes or child cgroups use what it would take away',
  EINVAL: 'the controller does not take this value, or the parent cgroup allows less',
  ENOENT: 'this kernel has no such file: the controller, or this part of it, is missing',
  EACCES: 'the cgroup belongs to another user: it would have to be delegated to you',
  EPERM: 'the kernel reserves this to a privileged user',
  ERANGE: 'the number is outside of what the kernel takes',
  ENODEV: 'this device is no disk, or there is none with this number',
  EOPNOTSUPP: 'the controller cannot be used in this place of the tree',
};

/**
 * Writes settings below a folder, in their order. Two limits may depend on one another (memory may not be above
 * memory+swap, which is right for neither order), so one that is refused is tried once more after the others.
 * @returns for each setting that this kernel has no file for, what is lost.
 * @throws Error that says what a refusal means.
 */
export function writeSettings(place: Place, settings: readonly Setting[]): string[] {
  if (settings.length === 0) return [];
  return inFolder(place, (folderFd) => {
    const results = settings.map((setting) => ({ setting, result: tryWrite(folderFd, place, setting) }));
    for (const { setting } of results.filter(({ result }) => result === 'refused')) {
      writeOrExplain(folderFd, place, setting);
    }
    return lost(results);
  });
}

type WriteResult = 'written' | 'refused' | 'missing';

function tryWrite(folderFd: number, place: Place, setting: Setting): WriteResult {
  try {
    writeOrExplain(folderFd, place, setting);
    return 'written';
  } catch (error) {
    const { cause } = error as Error;
    if (isErrno(cause, 'EINVAL', 'EBUSY')) return 'refused';
    if (isErrno(cause, 'ENOENT', 'EOPNOTSUPP') && setting.ifMissing !== undefined) return 'missing';
    throw error;
  }
}

function writeOrExplain(folderFd: number, place: Place, { file, value }: Setting): void {
  try {
    writeIn(folderFd, place, file, value);
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    const meaning = MEANINGS[error.code] ?? error.message;
    const words = `cannot set ${file} to "${value}" (${error.code}): ${meaning}${rangeOf(place, file)}`;
    throw new Error(words, { cause: error });
  }
}

/** Of processors and memory nodes there are some, with numbers: on v1 those that were inherited, on v2 the effective ones. */
function rangeOf(place: Place, file: string): string {
  if (!/^cpuset\.(cpus|mems)$/.test(file)) return '';
  const range = readFile(place, file) || readFile(place, `${file}.effective`);
  return range ? `; here it may be of ${range}` : '';
}

/** Two settings with the same loss stand for one another: nothing is lost when one of them could be written. */
function lost(results: readonly { setting: Setting; result: WriteResult }[]): string[] {
  const kept = results.filter(({ result }) => result !== 'missing').map(({ setting }) => setting.ifMissing);
  const missing = results.filter(({ result }) => result === 'missing').map(({ setting }) => setting.ifMissing ?? '');
  return [...new Set(missing)].filter((loss) => loss !== '' && !kept.includes(loss));
}
