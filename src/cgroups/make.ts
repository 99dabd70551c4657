// Makes a cgroup's folder in a hierarchy, with all above it, so that its controllers can be used there.
//
// On v1 a new cpuset is empty and has to inherit. On v2 a cgroup has only the controllers that the one above passes
// down in its cgroup.subtree_control, and one that has processes itself may pass none down.

import { dirname, join } from 'node:path';
import { isErrno } from '../linux/door.ts';
import { CONTROLLERS } from './controllers.ts';
import { INHERITED_V1 } from './cpuset.ts';
import { readFile, writeFile } from './files.ts';
import { forgetFolder, isFolder, makeFolder } from './folders.ts';
import type { Part } from './part.ts';
import { tryRemove } from './remove.ts';
import { writeSettings } from './write-settings.ts';

const TRIES = 100;

/** What makePart had to make: the folder itself, and those above it, from the top down. */
interface Made {
  isNew: boolean;
  above: Part[];
}

/** Makes the folder, unless it is there already. @throws SyscallError: EACCES, EROFS. */
export function makePart(part: Part): Made {
  for (let tries = 1; ; tries++) {
    try {
      return makeMissing(part);
    } catch (error) {
      // The last container below our parent has ended, and has taken it away.
      if (!isErrno(error, 'ENOENT', 'ENODEV') || tries === TRIES) throw error;
      for (const folder of levelsOf(part)) forgetFolder({ ...part, folder });
    }
  }
}

function makeMissing(part: Part): Made {
  const made: Part[] = [];
  try {
    for (const folder of missingLevelsOf(part)) {
      const level = { ...part, folder };
      if (part.version === 2) passDown({ ...part, folder: dirname(folder) });
      if (makeFolder(level)) made.push(level);
      if (part.version === 1 && part.controllers.includes('cpuset')) inheritCpuset(level);
    }
  } catch (error) {
    for (const level of made.reverse()) tryRemove(level, ['EBUSY', 'ENOTEMPTY']);
    throw error;
  }
  const above = made.filter(({ folder }) => folder !== part.folder);
  return { isNew: above.length < made.length, above };
}

/** The last level, which is tried in any case, and those above it that are not there. */
function missingLevelsOf(part: Part): string[] {
  const levels = levelsOf(part);
  const deepest = levels.findLastIndex((folder) => isFolder({ ...part, folder: dirname(folder) }));
  return levels.slice(deepest);
}

/** `/slipway/x` below the mount point is `/slipway`, then `/slipway/x`, as folders of the host. */
export function levelsOf({ mountPoint, folder }: Part): string[] {
  const levels: string[] = [];
  for (let level = folder; level !== mountPoint; level = dirname(level)) levels.unshift(level);
  return levels;
}

/** The controllers that a v2 folder really got. */
export function controllersOf(part: Part): string[] {
  return part.version === 1 ? part.controllers : words(readFile(part, 'cgroup.controllers'));
}

/** Switches on, for the children of the folder, the controllers that it has itself. What fails shows in the child. */
function passDown(part: Part): void {
  const on = words(readFile(part, 'cgroup.subtree_control'));
  const wanted = controllersOf(part).filter((name) => USED.includes(name) && !on.includes(name));
  if (wanted.length === 0 || trySwitchOn(part, wanted)) return;
  if (part.delegated) moveProcessesDown(part);
  for (const controller of wanted) trySwitchOn(part, [controller]);
}

/** Passes single controllers down to the folder that are not usually used. What fails shows when its files are written. */
export function passDownAlso(part: Part, controllers: readonly string[]): void {
  const above = [part.mountPoint, ...levelsOf(part).slice(0, -1)];
  for (const name of controllers) for (const folder of above) trySwitchOn({ ...part, folder }, [name]);
}

const USED = CONTROLLERS.map(({ v2Name }) => v2Name);

function trySwitchOn(part: Part, controllers: readonly string[]): boolean {
  try {
    writeFile(part, 'cgroup.subtree_control', controllers.map((controller) => `+${controller}`).join(' '));
    return true;
  } catch (error) {
    // EACCES: above the folder that was delegated. EBUSY: it has processes.
    if (isErrno(error, 'EACCES', 'EBUSY', 'EINVAL', 'ENOENT', 'EOPNOTSUPP')) return false;
    throw error;
  }
}

/** The processes of a cgroup that was delegated to us are ours: they move into a leaf, out of the way. */
function moveProcessesDown(part: Part): void {
  const parent = { ...part, folder: join(part.folder, 'slipway') };
  const leaf = { ...part, folder: join(parent.folder, 'host') };
  const pids = words(readFile(part, 'cgroup.procs'));
  if (pids.length === 0) return;
  makeFolder(parent);
  makeFolder(leaf);
  for (const pid of pids) {
    try {
      writeFile(leaf, 'cgroup.procs', pid);
    } catch (error) {
      if (!isErrno(error, 'ESRCH', 'EACCES')) throw error; // it has ended, or is another user's
    }
  }
}

function inheritCpuset(level: Part): void {
  for (const file of INHERITED_V1) inherit(level, file);
}

/** The level's value; one that it has not yet comes from its parent, which may be new too: another start has just made it. */
function inherit(level: Part, file: string): string {
  const own = readFile(level, file);
  if (own !== '') return own ?? '';
  const value = inherit({ ...level, folder: dirname(level.folder) }, file);
  writeSettings(level, [{ file, value }]);
  return value;
}

function words(text = ''): string[] {
  return text.split(/\s+/).filter(Boolean);
}
