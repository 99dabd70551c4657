// A folder to try things in, on the file system where another folder is or would be.

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Gives `use` a new folder, and removes it afterwards. @throws Error of node:fs when none may be made there. */
export function inTrialFolder<Result>(folder: string, use: (trial: string) => Result): Result {
  const trial = mkdtempSync(join(nearestFolder(folder), '.slipway-doctor-'));
  try {
    return use(trial);
  } finally {
    rmSync(trial, { recursive: true, force: true });
  }
}

/** The folder, or the nearest one above it that is there. */
export function nearestFolder(folder: string): string {
  return existsSync(folder) ? folder : nearestFolder(dirname(folder));
}
