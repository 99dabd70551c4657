// The processes of a container: those of its cgroup. An ordinary user's often has none, and then they are those of its PID
// namespace; without that either, only the first is known.

import { readlinkSync } from 'node:fs';
import { openCgroup } from '../cgroups/cgroup.ts';
import { isCode, namesIn } from '../runtime/disk.ts';
import { isAlive } from '../runtime/state.ts';
import type { Container } from './store.ts';

export function processesOf(container: Container): number[] {
  const { cgroupPath, pid, sharesPids } = container;
  if (cgroupPath !== undefined) return openCgroup(cgroupPath).processes();
  if (pid === undefined || !isAlive({ ...container, status: 'running' })) return [];
  if (sharesPids) return [pid];
  const own = pidNamespaceOf(pid);
  const pids = namesIn('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  return pids.filter((each) => each === pid || (own !== undefined && pidNamespaceOf(each) === own));
}

/** Undefined for a process that is gone, or that we may not look at. */
function pidNamespaceOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch (error) {
    if (isCode(error, 'ENOENT', 'ESRCH', 'EACCES', 'EPERM')) return undefined;
    throw error;
  }
}
