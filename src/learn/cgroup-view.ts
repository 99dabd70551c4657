// A process's cgroup, as a goal looks at it: by controller, whether that is on v1 or on v2 here.
//
//     const pids = cgroupOf(held.pid, 'pids');
//     pids.isOwn                                    it is another than ours
//     pids.read({ v1: 'pids.max', v2: 'pids.max' })

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { detectHierarchies, type Hierarchy } from '../cgroups/detect.ts';

export interface CgroupView {
  version: 1 | 2;
  /** The folder of the controller's hierarchy that the process is in. */
  folder: string;
  /** The process is not where we ourselves are. */
  isOwn: boolean;
  /** A file of the folder, under the name it has here; empty when there is no such file. */
  read(file: { v1: string; v2: string }): string;
}

/** @param controller by its name on v1 and v2: `cpu`, `memory`, `pids`. @throws Error when this machine has none. */
export function cgroupOf(pid: number, controller: string): CgroupView {
  const hierarchy = detectHierarchies().find(({ controllers }) => controllers.includes(controller));
  if (!hierarchy) throw new Error(`this machine has no ${controller} controller`);
  const folder = folderOf(pid, hierarchy);
  const { version } = hierarchy;
  return {
    version,
    folder,
    isOwn: folder !== folderOf('self', hierarchy),
    read: ({ v1, v2 }) => readOr(join(folder, version === 1 ? v1 : v2), ''),
  };
}

/** How many µs in every so many its processes may run; the quota is -1 or `max` where there is no limit. */
export function cpuQuotaOf(cgroup: CgroupView): [quota: string, period: string] {
  const [quota = '', period] = cgroup.read({ v1: 'cpu.cfs_quota_us', v2: 'cpu.max' }).split(' '); // v2 has both in one
  return [quota, period ?? cgroup.read({ v1: 'cpu.cfs_period_us', v2: 'cpu.max' })];
}

/** /proc/PID/cgroup has a line for each hierarchy: `4:memory:/path` on v1, `0::/path` on v2. */
function folderOf(pid: number | 'self', { version, controllers, mountPoint }: Hierarchy): string {
  const names = version === 2 ? '' : controllers.join(',');
  const lines = readFileSync(`/proc/${pid}/cgroup`, 'utf8').trim().split('\n');
  const path = lines.map((line) => /^\d+:([^:]*):(.*)$/.exec(line)).find((match) => match?.[1] === names)?.[2];
  return join(mountPoint, path === '/' ? '' : (path ?? ''));
}

function readOr(file: string, otherwise: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return otherwise;
  }
}
