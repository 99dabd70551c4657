// A folder as its layers show it together, found by looking into them and not by a mount.
//
// A merged folder is a list of open folders, the topmost layer's first: all that have a folder at this path and are not
// hidden by a layer above. These few lines are the lookup of overlayfs itself.
//
// Source: https://docs.kernel.org/filesystems/overlayfs.html#directories

import { readdirSync } from 'node:fs';
import { AT_SYMLINK_NOFOLLOW, O_CLOEXEC, O_DIRECTORY, O_NOFOLLOW, S_IFDIR } from '../linux/constants.ts';
import { close, open, openat, type Stat, tryFstatat } from '../linux/files.ts';
import { pathOf } from '../linux/in-root.ts';
import { isOpaque, isOpaqueRoot, isWhiteout, type Marks } from './whiteouts.ts';

/** Open for reading, the topmost first. */
export type MergedFolder = readonly number[];

const FOLDER = O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

/** The root of the layers, the topmost first. To be closed. */
export function openMerged(layers: readonly string[], marks: Marks): MergedFolder {
  return visibleLayers(layers, marks).map((layer) => open(layer, O_DIRECTORY | O_CLOEXEC));
}

/**
 * The layers down to the first whose whole root is opaque. Overlayfs itself takes no notice of that mark on the root of
 * a layer, so what it hides has to be left out of the mount.
 */
export function visibleLayers(layers: readonly string[], marks: Marks): readonly string[] {
  const last = layers.findIndex((layer) => isOpaqueRoot(layer, marks));
  return last === -1 ? layers : layers.slice(0, last + 1);
}

export function closeMerged(folder: MergedFolder): void {
  for (const fd of folder) close(fd);
}

/** What a program would see under this name, or undefined where it would see nothing. */
export function lookUp(folder: MergedFolder, name: string, marks: Marks): Stat | undefined {
  for (const { stat } of occurrences(folder, name, marks)) return stat;
  return undefined;
}

/** The folder `name` in it, which is merged in turn; empty where there is none. To be closed. */
export function enter(folder: MergedFolder, name: string, marks: Marks): MergedFolder {
  const entered: number[] = [];
  for (const { layerFd, stat } of occurrences(folder, name, marks)) {
    if (stat.type !== S_IFDIR) break; // a file ends it, as an opaque folder does
    const fd = openFolder(layerFd, name);
    entered.push(fd);
    if (isOpaque(fd, marks)) break;
  }
  return entered;
}

/** The names a program would see, sorted by their bytes. */
export function namesIn(folder: MergedFolder, marks: Marks): string[] {
  const names = new Set(folder.flatMap((fd) => readdirSync(pathOf(fd))));
  return sortNames([...names].filter((name) => lookUp(folder, name, marks) !== undefined));
}

/** The layers that hold `name`, from the topmost down to the first that hides it from below. */
function* occurrences(folder: MergedFolder, name: string, marks: Marks): Generator<{ layerFd: number; stat: Stat }> {
  for (const layerFd of folder) {
    const stat = tryStat(layerFd, name);
    if (stat === undefined) continue;
    if (isWhiteout(layerFd, name, stat, marks)) return;
    yield { layerFd, stat };
  }
}

/** The folder `name` of an open folder; never a link. */
export function openFolder(folderFd: number, name: string): number {
  return openat(folderFd, name, FOLDER);
}

/** What stands under a name, links not followed, or undefined. */
export function tryStat(folderFd: number, name: string): Stat | undefined {
  return tryFstatat(folderFd, name, AT_SYMLINK_NOFOLLOW);
}

/** By bytes, as `LC_ALL=C sort` does: the order does not depend on a language. */
export function sortNames(names: string[]): string[] {
  return names.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}
