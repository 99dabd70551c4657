// The seals of node that are mounted: this checkout's, and what stands for another one's.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = '/run/slipway/seal';
const OWN = join(FOLDER, realpathSync(join(import.meta.dirname, '../../node_modules')));

/** Where the seal of this checkout is mounted: one path, or none. */
export function seals(): string[] {
  return allSeals().filter((path) => path.startsWith(`${OWN}/`));
}

export function allSeals(): string[] {
  const paths = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '');
  return paths.filter((path) => path.startsWith(`${FOLDER}/`));
}

/** Takes this checkout's seal away, as a boot does. */
export function unseal(): void {
  for (const path of seals()) spawnSync('umount', ['--lazy', path]);
}

/** The seal of a checkout whose node is in this folder. It is gone at the end of the block. */
export function foreignSeal(folder: string): Disposable & { path: string } {
  const path = join(FOLDER, folder);
  mkdirSync(path, { recursive: true });
  spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', path]);
  const remove = () => {
    spawnSync('umount', [path]);
    rmSync(path, { recursive: true });
  };
  return { path, [Symbol.dispose]: remove };
}
