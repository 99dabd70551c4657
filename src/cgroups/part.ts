// A cgroup is one folder in each hierarchy. This is one of these folders: which exist, and which may be made.

import { accessSync, constants, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Hierarchy } from './detect.ts';

/** A hierarchy and the cgroup's folder in it. */
export interface Part extends Hierarchy {
  folder: string;
  /** It lies in a part of the tree that was given to an ordinary user. */
  delegated: boolean;
}

/** The folder of the cgroup `path` in every hierarchy, whether it is there or not. A path cannot lead out. */
export function partsOf(path: string, hierarchies: readonly Hierarchy[]): Part[] {
  return hierarchies.map((hierarchy) => partBelow(hierarchy.mountPoint, path, hierarchy));
}

/** As partsOf, in those hierarchies where we may make a folder: with root in all, without it below what was delegated. */
export function writablePartsOf(path: string, hierarchies: readonly Hierarchy[]): Part[] {
  return hierarchies.flatMap((hierarchy) => {
    if (isWritable(hierarchy.mountPoint)) return [partBelow(hierarchy.mountPoint, path, hierarchy)];
    const base = delegatedFolder(hierarchy);
    return base === undefined ? [] : [{ ...partBelow(base, path, hierarchy), delegated: true }];
  });
}

/** The cgroups directly below: the container may have made some. */
export function childrenOf(part: Part): Part[] {
  try {
    return readdirSync(part.folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => ({ ...part, folder: join(part.folder, entry.name) }));
  } catch {
    return []; // gone
  }
}

function partBelow(base: string, path: string, hierarchy: Hierarchy): Part {
  return { ...hierarchy, folder: join(base, resolve('/', path)), delegated: false };
}

/**
 * The highest folder above our own cgroup that was given to us, as systemd gives user@1000.service to user 1000. Only
 * from there down may a user move processes about, and only on v2 is that safe (cgroup-v2.rst, "Delegation").
 */
function delegatedFolder({ version, mountPoint, ownFolder }: Hierarchy): string | undefined {
  if (version === 1 || !isDelegated(ownFolder)) return undefined;
  let folder = ownFolder;
  while (folder !== mountPoint && isDelegated(dirname(folder))) folder = dirname(folder);
  return folder;
}

function isDelegated(folder: string): boolean {
  return [folder, `${folder}/cgroup.procs`, `${folder}/cgroup.subtree_control`].every(isWritable);
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
