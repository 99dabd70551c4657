// What is on the disk: questions for which a missing file is an answer and not an error, and folders made where missing.

import { lstatSync, mkdirSync, openSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** True when there is something at the path; a dangling link is something. */
export function exists(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    if (isCode(error, 'ENOTDIR')) return false;
    throw error;
  }
}

/** What is in a folder; nothing when it does not exist. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return [];
    throw error;
  }
}

/** A descriptor for reading; undefined when there is no such file. */
export function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** True for an error of node:fs with one of these codes. */
export function isCode(error: unknown, ...codes: string[]): boolean {
  return codes.includes((error as NodeJS.ErrnoException).code ?? '');
}

/**
 * Makes a folder with all above it that are missing. Node's own recursive mkdir runs for ever where the kernel says ENOENT
 * for a folder that cannot be made: in /proc.
 */
export function makeFolders(path: string, mode = 0o777): void {
  const missing: string[] = [];
  for (let folder = path; !exists(folder); folder = dirname(folder)) missing.unshift(folder);
  for (const folder of missing) {
    try {
      mkdirSync(folder, { mode });
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error; // another process was quicker
    }
  }
}
