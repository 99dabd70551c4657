// Whether the root outside can still be reached from a container: it may be mounted in there, or lie above its root.

import { mkdirSync, readFileSync } from 'node:fs';
import { chdir, chroot } from '../../linux/mount.ts';
import type { Held } from './held.ts';

/** Where the root outside is mounted in the container, by its device and its folder on it. */
export function oldRootIn(held: Held): string | undefined {
  const lines = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  const outside = lines.findLast((line) => line.split(' ')[4] === '/') ?? '';
  const inside = held.read('mountinfo').split('\n');
  return inside.find((line) => whatOf(line) === whatOf(outside))?.split(' ')[4];
}

/** A line begins with `id parent device folder place`. */
function whatOf(line: string): string {
  return line.split(' ').slice(2, 4).join(' ');
}

/** Takes the way out of a chroot, as in lesson 02. Afterwards / is where it has led. */
export function climbOut(): void {
  mkdirSync('/escape', { recursive: true });
  chroot('/escape'); // the present folder is above the root now
  for (let step = 0; step < 100; step++) chdir('..');
  chroot('.');
}
