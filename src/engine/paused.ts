// Whether a container is paused: its processes stand still, which nobody but the kernel has to be asked.

import { detectHierarchies, type Hierarchy } from '../cgroups/detect.ts';
import { isFrozenAt } from '../cgroups/freezer.ts';
import type { State } from '../runtime/state.ts';

let hierarchies: Hierarchy[] | undefined;

export function isPaused({ status, cgroupPath }: State): boolean {
  if (status !== 'running' || cgroupPath === undefined) return false;
  hierarchies ??= detectHierarchies(); // once, also for many containers
  return isFrozenAt(cgroupPath, hierarchies);
}
