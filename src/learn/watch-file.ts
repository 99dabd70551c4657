// Tells when a file has been saved. Editors write a file anew, or write another and rename it, and some do several things
// within a few milliseconds; and there are file systems without inotify (a shared folder of a virtual machine, WSL's
// /mnt/c). So: the folder is watched, the file is looked at once a second besides, and 200 ms of quiet end a save.

import { type FSWatcher, statSync, watch } from 'node:fs';
import { dirname } from 'node:path';

const QUIET_MS = 200;
const POLL_MS = 1000;

/** @param onSave called with no argument once for each save. @returns what stops it. */
export function watchFile(file: string, onSave: () => void): () => void {
  let seen = printOf(file);
  let quiet: NodeJS.Timeout | undefined;
  const look = () => {
    const now = printOf(file);
    if (now === seen || now === '') return; // a file that is gone is about to be renamed into place
    seen = now;
    clearTimeout(quiet);
    quiet = setTimeout(onSave, QUIET_MS);
  };
  const watcher = watchFolder(dirname(file), look);
  const poll = setInterval(look, POLL_MS);
  return () => {
    clearTimeout(quiet);
    clearInterval(poll);
    watcher?.close();
  };
}

/** What is another after a save: when it was changed, its size, its inode. Empty when there is no file. */
export function printOf(file: string): string {
  const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stat ? [stat.mtimeNs, stat.ctimeNs, stat.size, stat.ino].join(' ') : '';
}

/** Undefined where the kernel has no watches left, or none for this file system. */
function watchFolder(folder: string, look: () => void): FSWatcher | undefined {
  try {
    return watch(folder, look).on('error', () => {});
  } catch {
    return undefined;
  }
}
