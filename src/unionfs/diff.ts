// What a container changed: its upper folder compared with the layers below it, as `docker diff` shows it.
//
//     A /srv/new       added: the layers below show nothing at this path
//     C /srv           changed: the same path is there below, or something in this folder was changed
//     D /srv/old       deleted: with all that was in it
//
// Whatever lies in the upper folder was made or copied up, so only that is walked, never the layers; they are asked
// name by name. Two things tell of what is gone: a whiteout, and an opaque folder, in which everything is gone that it
// does not hold itself. Mounts made by overlay.ts have redirect_dir and metacopy off, so there are no other notes.

import { readdirSync } from 'node:fs';
import { O_CLOEXEC, O_DIRECTORY, S_IFDIR } from '../linux/constants.ts';
import { close, open, type Stat } from '../linux/files.ts';
import { pathOf } from '../linux/in-root.ts';
import {
  closeMerged,
  enter,
  lookUp,
  type MergedFolder,
  namesIn,
  openFolder,
  openMerged,
  sortNames,
  tryStat,
} from './merged.ts';
import { isOpaque, isWhiteout, type Marks, usualMarks } from './whiteouts.ts';

export interface Change {
  /** From the container's root: `/etc/passwd`. */
  path: string;
  kind: 'added' | 'changed' | 'deleted';
}

/**
 * The changes, sorted by name, a folder before what is in it.
 * @param layers the lower folders of the mount, the topmost first: the init layer and the image's.
 * @param marks 'user' when the overlay was mounted with userxattr.
 */
export function diffOfUpper(upper: string, layers: readonly string[], marks: Marks = usualMarks()): Change[] {
  const changes: Change[] = [];
  const below = openMerged(layers, marks);
  const fd = open(upper, O_DIRECTORY | O_CLOEXEC);
  try {
    compareFolder({ path: '', fd, below, replaces: false, marks }, changes);
  } finally {
    close(fd);
    closeMerged(below);
  }
  return changes;
}

/** A folder of the upper layer, and what the layers below have at its path. */
interface Pair {
  path: string;
  fd: number;
  below: MergedFolder;
  /** It is opaque, or lies in a folder that is: nothing of `below` can be seen through it. */
  replaces: boolean;
  marks: Marks;
}

function compareFolder(pair: Pair, changes: Change[]): void {
  const names = new Set(readdirSync(pathOf(pair.fd)));
  if (pair.replaces) for (const name of namesIn(pair.below, pair.marks)) names.add(name);
  for (const name of sortNames([...names])) compareName(pair, name, changes);
}

function compareName(pair: Pair, name: string, changes: Change[]): void {
  const { fd, marks } = pair;
  const path = `${pair.path}/${name}`;
  const now = tryStat(fd, name);
  const before = lookUp(pair.below, name, marks);
  if (now === undefined || isWhiteout(fd, name, now, marks)) {
    if (before !== undefined) changes.push({ path, kind: 'deleted' });
    return;
  }
  const change: Change = { path, kind: before === undefined ? 'added' : 'changed' };
  changes.push(change);
  if (now.type !== S_IFDIR) return;
  compareInside(pair, name, changes);
  if (changes.at(-1) === change && before !== undefined && isSame(now, before)) changes.pop();
}

function compareInside(pair: Pair, name: string, changes: Change[]): void {
  const fd = openFolder(pair.fd, name);
  const below = enter(pair.below, name, pair.marks);
  const replaces = pair.replaces || isOpaque(fd, pair.marks);
  try {
    compareFolder({ ...pair, path: `${pair.path}/${name}`, fd, below, replaces }, changes);
  } finally {
    close(fd);
    closeMerged(below);
  }
}

/** A folder may be copied up and yet be as it was: something in it was about to change, and did not. */
function isSame(a: Stat, b: Stat): boolean {
  return a.mode === b.mode && a.uid === b.uid && a.gid === b.gid && a.mtimeNs === b.mtimeNs;
}
