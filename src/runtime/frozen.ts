// What a container has frozen. On cgroup v1 a frozen process does not die: not by SIGKILL, and not by the end of its PID
// namespace either, whose first process waits for it and so does not end. A container that may write to its cgroups can
// bring that about, so its shim looks after it once in a second.

import { readFileSync } from 'node:fs';
import type { Cgroup } from '../cgroups/cgroup.ts';
import type { Spec } from '../oci.ts';

/** @returns what the shim does each second, or undefined where no such thing can happen. */
export function frozenCare(spec: Spec, pid: number, cgroup: Cgroup): (() => void) | undefined {
  const isV1 = cgroup.parts.some(({ version, controllers }) => version === 1 && controllers.includes('freezer'));
  if (!isV1 || !canWriteCgroups(spec)) return undefined;
  return () => {
    if (isEnding(pid)) cgroup.thawAll();
  };
}

function canWriteCgroups({ process, mounts = [] }: Spec): boolean {
  const canMount = process.capabilities?.bounding?.includes('CAP_SYS_ADMIN') ?? false;
  return canMount || mounts.some(({ type, options = [] }) => type === 'cgroup' && !options.includes('ro'));
}

/** In include/linux/sched.h; the flags are field 9 of /proc/PID/stat. */
const PF_EXITING = 0x4;

function isEnding(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const flags = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[6]);
    return (flags & PF_EXITING) !== 0;
  } catch {
    return false; // it has ended
  }
}
