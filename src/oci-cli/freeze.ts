// Pauses a container and lets it go on.

import { type Cgroup, openCgroup } from '../cgroups/cgroup.ts';
import type { Context } from './globals.ts';
import { parseWords } from './help.ts';
import { withLock } from './lock.ts';
import { type Status, statusOf } from './status.ts';
import { load } from './store.ts';

/** A command that changes whether a container's processes stand still. @param from where it may be then. */
export function freezeCommand(name: string, from: readonly Status[], change: (cgroup: Cgroup) => void) {
  return (words: readonly string[], { root }: Context): number => {
    const parsed = parseWords(name, {}, words, [1, 1]);
    if (!parsed) return 0;
    const container = load(root, parsed.rest[0] as string);
    withLock(container, () => {
      const status = statusOf(container, { hasLock: true });
      if (!from.includes(status)) throw new Error(`cannot ${name} container "${container.id}": it is ${status}`);
      change(openCgroup(container.cgroupPath));
    });
    return 0;
  };
}
