// What was made of which programs: layers/box.json, and how files of the machine are compared with it.

import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BoxOptions } from './box-plan.ts';

/** What box.json says. */
export interface Made {
  /** The present layer is box-<key>. */
  key: string;
  options: BoxOptions;
  /** Each watched file and folder → its stamp. */
  seen: Record<string, string>;
}

export const MISSING = 'missing';

/** Changes when a file is written to or replaced, and when a folder gains or loses one. */
export function stamp(path: string): string {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat ? `${stat.size} ${stat.mtimeMs}` : MISSING;
  } catch {
    return MISSING; // or in a folder that we may not enter
  }
}

/** Not needed to survive a power cut: a damaged box.json only means planning again. */
export function writeMade(layersFolder: string, made: Made): void {
  const path = join(layersFolder, 'box.json');
  try {
    writeFileSync(`${path}.tmp`, JSON.stringify(made, null, 2));
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) rmSync(path, { recursive: true });
    renameSync(`${path}.tmp`, path);
  } catch (error) {
    rmSync(`${path}.tmp`, { force: true });
    throw error;
  }
}

export function readMade(layersFolder: string): Made | undefined {
  try {
    return JSON.parse(readFileSync(join(layersFolder, 'box.json'), 'utf8')) as Made;
  } catch {
    return undefined;
  }
}
