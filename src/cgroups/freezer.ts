// The freezer: stops every process of a cgroup where it is, without a signal that it could notice.
//
//     v1 freezer.state  FROZEN | THAWED        v2 cgroup.freeze  1 | 0, and the line `frozen` of cgroup.events

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isErrno } from '../linux/door.ts';
import { poll } from '../linux/poll.ts';
import type { Hierarchy } from './detect.ts';
import { parseFlatKeyed, readFile, writeFile } from './files.ts';
import { isFolder } from './folders.ts';
import { childrenOf, type Part, partsOf } from './part.ts';

const PATIENCE = { tries: 1000, pauseMs: 2 };

/**
 * Freezes or thaws, and waits until that is so.
 * @throws Error when there is no freezer, or some process cannot be stopped (it waits inside the kernel).
 */
export function freeze(parts: readonly Part[], frozen: boolean): void {
  const part = freezerOf(parts);
  if (part === undefined) throw new Error('to pause needs a cgroup, which needs root or one that is delegated to you');
  for (let tries = 0; tries < PATIENCE.tries; tries++) {
    if (tryFreeze(parts, frozen)) return;
    poll([], PATIENCE.pauseMs);
  }
  tryFreeze(parts, !frozen);
  throw new Error(`${part.folder} could not be ${frozen ? 'frozen' : 'thawed'} in 2 seconds: it is as it was`);
}

/** Asks for it once. @returns whether it is so already. On v1 a program that forks may want several askings. */
export function tryFreeze(parts: readonly Part[], frozen: boolean): boolean {
  const part = freezerOf(parts);
  if (part === undefined) return false;
  if (part.version === 1) {
    const state = frozen ? 'FROZEN' : 'THAWED';
    writeFile(part, 'freezer.state', state);
    return readFile(part, 'freezer.state') === state;
  }
  writeFile(part, 'cgroup.freeze', frozen ? '1' : '0');
  return parseFlatKeyed(readFile(part, 'cgroup.events')).frozen === (frozen ? 1 : 0);
}

/** Thaws it with all cgroups below: the container may have made some and frozen them. */
export function thawAll(parts: readonly Part[]): void {
  const part = freezerOf(parts);
  if (part !== undefined) thawTree(part);
}

function thawTree(part: Part): void {
  const [file, thawed] = part.version === 1 ? ['freezer.state', 'THAWED'] : ['cgroup.freeze', '0'];
  try {
    writeFile(part, file, thawed);
  } catch (error) {
    if (!isErrno(error, 'ENOENT', 'ENODEV')) throw error; // removed meanwhile
  }
  for (const child of childrenOf(part)) thawTree(child);
}

function freezerOf(parts: readonly Part[]): Part | undefined {
  const v1 = parts.find((part) => part.version === 1 && part.controllers.includes('freezer'));
  return v1 ?? parts.find((part) => part.version === 2);
}

/** True when the processes of the cgroup `path` are stopped: one look at one file, for those who ask about many. */
export function isFrozenAt(path: string, hierarchies: readonly Hierarchy[]): boolean {
  const part = freezerOf(partsOf(path, hierarchies));
  if (part === undefined) return false;
  try {
    if (part.version === 2) return isFolder(part) && isFrozen(part);
    return readFileSync(join(part.folder, 'freezer.state'), 'utf8') !== 'THAWED\n';
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENODEV') return false; // there is none, or none any more
    throw error;
  }
}

/** True when a process that joined would be stopped, because the cgroup or one above is frozen. */
export function isFrozen(part: Part): boolean {
  if (part.version === 1) return part.controllers.includes('freezer') && readFile(part, 'freezer.state') !== 'THAWED';
  for (let { folder } = part; folder !== part.mountPoint; folder = dirname(folder)) {
    if (readFile({ ...part, folder }, 'cgroup.freeze') === '1') return true;
  }
  return false;
}
