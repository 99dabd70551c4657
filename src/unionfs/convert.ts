// Translates a layer's folder, in place, from one spelling of "it is gone" to the other:
//
//     overlay (whiteouts.ts)           OCI and aufs (oci-names.ts)
//     device 0:0 called NAME           empty file .wh.NAME
//     folder with overlay.opaque=y     empty file .wh..wh..opq in the folder
//
// It works on open folders, follows no link, and leaves the times of the folders as they were. The folder must not be
// part of a mount meanwhile.

import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { O_CLOEXEC, O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_WRONLY, S_IFDIR } from '../linux/constants.ts';
import { close, fstat, open, openat, unlinkat, utimensat } from '../linux/files.ts';
import { pathOf } from '../linux/in-root.ts';
import { openFolder, tryStat } from './merged.ts';
import { OPAQUE_NAME, readName, refuseReserved, whiteoutName } from './oci-names.ts';
import {
  isOpaque,
  isWhiteout,
  isWhiteoutDevice,
  type Marks,
  makeOpaque,
  makeWhiteout,
  removeOverlayXattrs,
  usualMarks,
} from './whiteouts.ts';

/** From .wh. names to overlay's marks. @throws Error for a whiteout that hides no name. */
export function ociToOverlay(folder: string): void {
  inFolder(open(folder, O_DIRECTORY | O_CLOEXEC), (fd) => namesToMarks(fd, false));
}

/** From overlay's marks to .wh. names. @throws Error for a file whose own name begins with .wh. */
export function overlayToOci(folder: string, marks: Marks = usualMarks()): void {
  inFolder(open(folder, O_DIRECTORY | O_CLOEXEC), (fd) => marksToNames(fd, marks));
}

/** Runs `change` on an open folder, gives that its time back, and closes it. */
function inFolder(fd: number, change: (fd: number) => void): void {
  try {
    const { mtimeNs } = fstat(fd);
    change(fd);
    utimensat(fd, '.', mtimeNs);
  } finally {
    close(fd);
  }
}

/** The folders in it come first, for what is said of a folder by its parent comes on top of what it says itself. */
function namesToMarks(fd: number, parentHides: boolean): void {
  const names = readdirSync(pathOf(fd));
  const replaces = names.includes(OPAQUE_NAME);
  // In a folder of which nothing below can be seen, a whiteout would do nothing but show up as a broken file.
  const hidesAll = parentHides || replaces;
  for (const name of folders(fd, names)) {
    const isReplaced = hidesAll || names.includes(whiteoutName(name));
    inFolder(openFolder(fd, name), (inner) => namesToMarks(inner, isReplaced));
  }
  for (const name of ['.', ...names]) dropForeignMarks(fd, name);
  if (replaces) makeOpaque(fd);
  for (const name of names) nameToMark(fd, name, hidesAll);
}

function marksToNames(fd: number, marks: Marks): void {
  const names = readdirSync(pathOf(fd));
  for (const name of folders(fd, names)) inFolder(openFolder(fd, name), (inner) => marksToNames(inner, marks));
  for (const name of names) markToName(fd, name, marks);
  if (isOpaque(fd, marks)) makeEmptyFile(fd, OPAQUE_NAME);
  removeOverlayXattrs(fd, '.');
}

/** Those of the names that are folders, and no notes of aufs. */
function folders(fd: number, names: readonly string[]): string[] {
  return names.filter((name) => tryStat(fd, name)?.type === S_IFDIR && readName(name).kind === 'entry');
}

/** A mark of overlay's in a layer that uses names was not written by us. It would hide what the layer shows. */
function dropForeignMarks(fd: number, name: string): void {
  const stat = tryStat(fd, name);
  if (stat === undefined || (stat.type === S_IFDIR && name !== '.')) return; // folders: when they are visited
  if (isWhiteoutDevice(stat)) unlinkat(fd, name);
  else removeOverlayXattrs(fd, name);
}

function nameToMark(fd: number, name: string, hidesAll: boolean): void {
  const meaning = readName(name);
  if (meaning.kind === 'entry') return;
  rmSync(join(pathOf(fd), name), { recursive: true });
  if (meaning.kind === 'whiteout' && !hidesAll) hide(fd, meaning.hides);
}

/** A whiteout is for the layers below: what has the same name in this layer stays, and by itself hides all but folders. */
function hide(fd: number, name: string): void {
  const own = tryStat(fd, name);
  if (own === undefined) makeWhiteout(fd, name);
  if (own?.type !== S_IFDIR) return;
  const folder = openFolder(fd, name);
  makeOpaque(folder);
  close(folder);
}

function markToName(fd: number, name: string, marks: Marks): void {
  refuseReserved(name);
  const stat = tryStat(fd, name);
  if (stat === undefined) return;
  if (!isWhiteout(fd, name, stat, marks)) {
    removeOverlayXattrs(fd, name);
    return;
  }
  unlinkat(fd, name);
  makeEmptyFile(fd, whiteoutName(name));
}

function makeEmptyFile(fd: number, name: string): void {
  close(openat(fd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644));
}
