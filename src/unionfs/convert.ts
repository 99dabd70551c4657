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
  eachFolder(folder, (fd, names) => {
    for (const name of ['.', ...names]) dropForeignMarks(fd, name);
    const opaque = names.includes(OPAQUE_NAME);
    if (opaque) makeOpaque(fd);
    for (const name of names) nameToMark(fd, name, opaque);
  });
}

/** From overlay's marks to .wh. names. @throws Error for a file whose own name begins with .wh. */
export function overlayToOci(folder: string, marks: Marks = usualMarks()): void {
  eachFolder(folder, (fd, names) => {
    for (const name of names) markToName(fd, name, marks);
    if (isOpaque(fd, marks)) makeEmptyFile(fd, OPAQUE_NAME);
    removeOverlayXattrs(fd, '.');
  });
}

/** Visits the folders below, then the folder itself: what is done to a folder comes after what is done in it. */
function eachFolder(folder: string, visit: (fd: number, names: readonly string[]) => void): void {
  const fd = open(folder, O_DIRECTORY | O_CLOEXEC);
  try {
    visitFolder(fd, visit);
  } finally {
    close(fd);
  }
}

function visitFolder(fd: number, visit: (fd: number, names: readonly string[]) => void): void {
  const { mtimeNs } = fstat(fd);
  const names = readdirSync(pathOf(fd));
  for (const name of names) {
    if (tryStat(fd, name)?.type !== S_IFDIR) continue;
    const inner = openFolder(fd, name);
    try {
      visitFolder(inner, visit);
    } finally {
      close(inner);
    }
  }
  visit(fd, names);
  utimensat(fd, '.', mtimeNs);
}

/** A mark of overlay's in a layer that uses names was not written by us. It would hide what the layer shows. */
function dropForeignMarks(fd: number, name: string): void {
  const stat = tryStat(fd, name);
  if (stat === undefined || (stat.type === S_IFDIR && name !== '.')) return; // folders: when they are visited
  if (isWhiteoutDevice(stat)) unlinkat(fd, name);
  else removeOverlayXattrs(fd, name);
}

function nameToMark(fd: number, name: string, opaque: boolean): void {
  const meaning = readName(name);
  if (meaning.kind === 'entry') return;
  rmSync(join(pathOf(fd), name), { recursive: true });
  if (meaning.kind === 'whiteout' && !opaque) hide(fd, meaning.hides);
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
