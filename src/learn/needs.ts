// What a lesson needs of the machine and of the user. A lesson names it in its facts, `needs: cgroup`; where it is missing,
// its exercise is not asked about, and whoever shows the lesson says so.

import { dirname } from 'node:path';
import { detectHierarchies, type Hierarchy } from '../cgroups/detect.ts';
import { controllersOf } from '../cgroups/make.ts';
import { type Part, writablePartsOf } from '../cgroups/part.ts';
import type { Text } from './text.ts';

interface Requirement {
  isMet(): boolean;
  /** What is missing, and what can be done. */
  otherwise: Text;
}

const REQUIREMENTS = {
  cgroup: {
    isMet: mayMakeCgroups,
    otherwise: {
      en: 'This lesson needs root, or a cgroup that was delegated to you. Run it with sudo; or, where systemd and cgroup v2 are: systemd-run --user --scope -p Delegate=yes slipway …',
      zh: '本课需要 root，或者委派给你的 cgroup。请用 sudo 运行；在有 systemd 和 cgroup v2 的机器上也可以：systemd-run --user --scope -p Delegate=yes slipway …',
    },
  },
} satisfies Record<string, Requirement>;

export type Need = keyof typeof REQUIREMENTS;

export function isNeed(word: string): word is Need {
  return word in REQUIREMENTS;
}

/** A sentence for each that this machine, or this user, has not. */
export function missingOf(needs: readonly Need[]): Text[] {
  return needs.map((need) => REQUIREMENTS[need]).flatMap(({ isMet, otherwise }) => (isMet() ? [] : [otherwise]));
}

/** The controllers that lessons limit with. */
export const LIMITS: readonly string[] = ['cpu', 'memory', 'pids'];

/** An ordinary user may make a folder only below what was given to them, which need not have every controller. */
function mayMakeCgroups(): boolean {
  const controllers = placesForCgroups(detectHierarchies()).flatMap(controllersOf);
  return LIMITS.every((name) => controllers.includes(name));
}

/** The folders that a cgroup of ours would be made in. */
export function placesForCgroups(hierarchies: readonly Hierarchy[]): Part[] {
  return writablePartsOf('/any', hierarchies).map((part) => ({ ...part, folder: dirname(part.folder) }));
}
