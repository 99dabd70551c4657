// Carries out a plan: makes a folder with everything in it that is written there.

import { chmodSync, constants, copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Entry } from './box-tree.ts';

/** Makes `folder`, which must not exist yet, with the planned entries. All belongs to the user who runs this. */
export function assemble(folder: string, entries: ReadonlyMap<string, Entry>): void {
  makeFolder(folder, 0o755);
  for (const [path, entry] of entries) make(join(folder, path), entry);
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
      chmodSync(path, entry.mode); // the umask does not apply to this
      break;
    case 'file':
      // A file of its own, never a hard link: whoever wrote to it would write to the machine's program. On btrfs and
      // xfs the copy shares the blocks until one of the two is written to.
      copyFileSync(entry.from, path, constants.COPYFILE_FICLONE);
      chmodSync(path, entry.mode); // copyFileSync has copied a setuid bit, too
  }
}

function makeFolder(path: string, mode: number): void {
  mkdirSync(path);
  chmodSync(path, mode);
}
