// Deletes a folder with all below it, however deep that is, and whatever bytes its names are made of. A container can
// nest folders until the whole path has a million bytes, more than any call takes (PATH_MAX, 4096), and what it leaves
// has to go all the same.
//
// The trick is never to go deeper than two levels: what folders a folder has are moved up beside it, and then it is empty
// of folders and can be deleted. No long path is walked and no link is followed.

import { closeSync, type Dirent, openSync, readdirSync, renameSync, rmdirSync, rmSync, unlinkSync } from 'node:fs';
import { O_CLOEXEC, O_DIRECTORY, O_NOFOLLOW } from '../linux/constants.ts';
import { pathOf } from '../linux/in-root.ts';
import { exists, isCode } from './disk.ts';

/** Deletes the folder; it may be missing. @throws Error for what may not be deleted. */
export function deleteTree(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    if (exists(path)) deleteLevelByLevel(path); // slower, but it has no limit
  }
}

const FOLDER = O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

function deleteLevelByLevel(path: string): void {
  const top = openSync(path, FOLDER);
  try {
    const newNames = countUp();
    for (let names = deleteFiles(top); names.length > 0; names = deleteFiles(top)) {
      for (const name of names) deleteFolder(top, name, newNames);
    }
  } finally {
    closeSync(top);
  }
  rmdirSync(path);
}

/** Deletes a folder of `top`, where its own folders are moved first. */
function deleteFolder(top: number, name: Buffer, newNames: Iterator<Buffer>): void {
  const folder = openSync(inside(top, name), FOLDER);
  try {
    for (const child of deleteFiles(folder)) moveUp(folder, child, top, newNames);
  } finally {
    closeSync(folder);
  }
  rmdirSync(inside(top, name));
}

/** Deletes all but folders. @returns the names of those. */
function deleteFiles(folder: number): Buffer[] {
  const entries: Dirent<Buffer>[] = readdirSync(pathOf(folder), { encoding: 'buffer', withFileTypes: true });
  for (const entry of entries) if (!entry.isDirectory()) unlinkSync(inside(folder, entry.name));
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

function moveUp(folder: number, name: Buffer, top: number, newNames: Iterator<Buffer>): void {
  for (;;) {
    try {
      return renameSync(inside(folder, name), inside(top, newNames.next().value));
    } catch (error) {
      if (!isCode(error, 'EEXIST', 'ENOTEMPTY', 'ENOTDIR')) throw error; // the name is taken
    }
  }
}

/** A name need not be text, so it stays bytes. */
function inside(folder: number, name: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${pathOf(folder)}/`), name]);
}

function* countUp(): Generator<Buffer, never> {
  for (let number = 0; ; number++) yield Buffer.from(`.${number}`);
}
