// Removes layers of `box` that nobody needs: those that were never finished, and those whose programs have changed since.

import { readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { LOCK_EX, LOCK_NB, O_CLOEXEC, O_CREAT, O_RDWR } from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { close, flock, open } from '../linux/files.ts';
import { MISSING, readMade, stamp } from './box-made.ts';

/** What was removed, by name. */
export interface Removed {
  halfMade: string[];
  outdated: string[];
}

/**
 * Does it, unless a layer is being made just now.
 * @param findUsed the layers that containers are made of; undefined while there is one that may be about to take any.
 * It is asked when no other layer can become the present one: whoever begins later takes that, and it stays.
 */
export function cleanLayers(layersFolder: string, findUsed: () => readonly string[] | undefined): Removed {
  const nothing: Removed = { halfMade: [], outdated: [] };
  if (stamp(layersFolder) === MISSING || mayGo(layersFolder).length === 0) return nothing;
  const lock = openLock(layersFolder);
  try {
    flock(lock, LOCK_EX | LOCK_NB);
    return { halfMade: removeHalfMade(layersFolder), outdated: removeOutdated(layersFolder, findUsed()) };
  } catch (error) {
    if (isErrno(error, 'EAGAIN')) return nothing;
    throw error;
  } finally {
    close(lock);
  }
}

/** Half-made layers, and those that may be outdated: a look that needs no lock, and no right to write. */
function mayGo(layersFolder: string): string[] {
  return [...halfMadeIn(layersFolder), ...othersIn(layersFolder)];
}

function halfMadeIn(layersFolder: string): string[] {
  return readdirSync(layersFolder).filter((name) => /^box[-.].*\.tmp$/.test(name));
}

/** All layers but the present one; none when it is not known which that is. */
function othersIn(layersFolder: string): string[] {
  const present = readMade(layersFolder)?.key;
  if (present === undefined) return [];
  return readdirSync(layersFolder).filter((name) => /^box-[0-9a-f]{12}$/.test(name) && name !== `box-${present}`);
}

/** What was left by an assembly that was killed. Nobody is working on it: the caller holds the lock. @returns its names. */
export function removeHalfMade(layersFolder: string): string[] {
  const names = halfMadeIn(layersFolder);
  for (const name of names) rmSync(join(layersFolder, name), { recursive: true, force: true });
  return names;
}

function removeOutdated(layersFolder: string, used: readonly string[] | undefined): string[] {
  if (used === undefined) return [];
  const usedNames = new Set(used.map((path) => basename(path)));
  const names = othersIn(layersFolder).filter((name) => !usedNames.has(name));
  // Whole or not at all: under its name nobody finds a half of it.
  for (const name of names) renameSync(join(layersFolder, name), join(layersFolder, `${name}.tmp`));
  removeHalfMade(layersFolder);
  return names;
}

/** To be closed; flock on it keeps others from making or removing a layer. */
export function openLock(layersFolder: string): number {
  return open(join(layersFolder, 'box.lock'), O_RDWR | O_CREAT | O_CLOEXEC, 0o600);
}
