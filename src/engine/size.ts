// How much room a container takes on the disk: what it has changed, and with its image's layers.

import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { loadBundle } from '../runtime/bundle.ts';
import { isCode } from '../runtime/disk.ts';
import { containerFolder } from '../runtime/places.ts';

/** In bytes. */
export interface Size {
  changed: number;
  all: number;
}

export function sizeOf(id: string): Size {
  const changed = sizeOfTree(join(containerFolder(id), 'upper'));
  const layers = (loadBundle(id)?.layers ?? []).reduce((sum, layer) => sum + sizeOfTree(layer), 0);
  return { changed, all: changed + layers };
}

/** The sizes of its files, each once, however many names it has. */
function sizeOfTree(folder: string, seen = new Set<string>()): number {
  let sum = 0;
  for (const name of entriesOf(folder)) {
    const path = join(folder, name);
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat === undefined || seen.has(`${stat.dev}:${stat.ino}`)) continue;
    if (stat.nlink > 1) seen.add(`${stat.dev}:${stat.ino}`);
    sum += stat.isDirectory() ? sizeOfTree(path, seen) : stat.size;
  }
  return sum;
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isCode(error, 'ENOENT', 'ENOTDIR', 'EACCES')) return [];
    throw error;
  }
}
