// Carries out a plan: makes a folder with all in it that is written there.
//
//     assemble('/var/lib/slipway/layers/box-4f1c0d2e9a7b', planBox().entries)

import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Entry } from './box-tree.ts';

/**
 * Makes `folder`, whole or not at all: under the name `<folder>.tmp` first. All in it belongs to the user who runs this.
 * @throws Error when the disk is full, or a program was taken away since it was planned.
 */
export function assemble(folder: string, entries: ReadonlyMap<string, Entry>): void {
  const temporary = `${folder}.tmp`;
  try {
    makeFolder(temporary, 0o755);
    for (const [path, entry] of entries) make(join(temporary, path), entry);
    syncAll(temporary, entries);
    renameSync(temporary, folder);
    sync(dirname(folder));
  } catch (cause) {
    rmSync(temporary, { recursive: true, force: true });
    throw new Error(`${folder} could not be assembled: ${(cause as Error).message}`, { cause });
  }
}

function make(path: string, entry: Entry): void {
  switch (entry.kind) {
    case 'folder':
      makeFolder(path, entry.mode);
      break;
    case 'link':
      symlinkSync(entry.target, path);
      break;
    case 'text':
      writeFileSync(path, entry.text);
      chmodSync(path, entry.mode);
      break;
    case 'file':
      // A file of its own, never a hard link: whoever wrote to it would write to the machine's program. On btrfs and
      // xfs the two share their blocks until one is written to.
      copyFileSync(entry.from, path, constants.COPYFILE_FICLONE);
      chmodSync(path, entry.mode); // copyFileSync has copied a setuid bit, too
  }
}

function makeFolder(path: string, mode: number): void {
  mkdirSync(path);
  chmodSync(path, mode); // mkdir's own mode is cut by the umask
}

/** Else a power cut could leave the right names and nothing in them. Writing all first makes this cheap. */
function syncAll(folder: string, entries: ReadonlyMap<string, Entry>): void {
  for (const [path, { kind }] of entries) if (kind !== 'link') sync(join(folder, path));
  sync(folder);
}

function sync(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
