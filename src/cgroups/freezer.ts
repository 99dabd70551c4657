// The freezer: stops every process of a cgroup where it is, without a signal that it could notice.
//
//     v1 freezer.state  FROZEN | THAWED        v2 cgroup.freeze  1 | 0

import { writeText } from '../linux/files.ts';
import type { Part } from './cgroup.ts';
import { readSetting } from './files.ts';

function freezerOf(parts: readonly Part[]): Part | undefined {
  return parts.find((part) => part.version === 1 && part.controllers.includes('freezer')) ?? parts.find((part) => part.version === 2);
}

/** Freezes or thaws. On v1 the kernel may need several tries to catch a program that forks. */
export function freezeIn(parts: readonly Part[], frozen: boolean): void {
  const part = freezerOf(parts);
  if (part === undefined) return;
  if (part.version === 2) return writeText(`${part.folder}/cgroup.freeze`, frozen ? '1' : '0');
  const state = frozen ? 'FROZEN' : 'THAWED';
  for (let tries = 0; tries < 100; tries++) {
    writeText(`${part.folder}/freezer.state`, state);
    if (readSetting(part.folder, 'freezer.state') === state) return;
  }
}

export function isFrozenIn(part: Part): boolean {
  if (part.version === 2) return readSetting(part.folder, 'cgroup.freeze') === '1';
  return part.controllers.includes('freezer') && readSetting(part.folder, 'freezer.state') !== 'THAWED';
}
