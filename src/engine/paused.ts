// Whether a container is paused: its processes stand still, which nobody but the kernel has to be asked.

import { openCgroup } from '../cgroups/cgroup.ts';
import { isErrno } from '../linux/door.ts';
import type { State } from '../runtime/state.ts';

export function isPaused({ status, cgroupPath }: State): boolean {
  if (status !== 'running' || cgroupPath === undefined) return false;
  try {
    return openCgroup(cgroupPath).isFrozen();
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENODEV')) return false; // it has just ended
    throw error;
  }
}
