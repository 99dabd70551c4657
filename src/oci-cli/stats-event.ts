// What a container uses, in the words of runc's events, which engines know.

import { openCgroup } from '../cgroups/cgroup.ts';
import type { Container } from './store.ts';

export interface StatsEvent {
  type: 'stats';
  id: string;
  data: object;
}

export function statsEvent({ id, cgroupPath }: Container): StatsEvent {
  const { cpu, memory, pids, io } = openCgroup(cgroupPath).stats();
  const data = {
    cpu: {
      usage: { total: cpu.usageNs, percpu: cpu.byProcessorNs, kernel: cpu.systemNs, user: cpu.userNs },
      throttling: {
        periods: cpu.periods,
        throttledPeriods: cpu.throttledPeriods,
        throttledTime: cpu.throttledNs,
      },
    },
    memory: {
      cache: memory.stat.cache ?? memory.stat.file ?? 0, // as v1 calls it, and v2
      usage: { limit: orLargest(memory.limitBytes), usage: memory.bytes, max: memory.peakBytes },
      raw: { ...memory.stat, oom_kill: memory.oomKills },
    },
    pids: { current: pids.current, ...(Number.isFinite(pids.limit) ? { limit: pids.limit } : {}) },
    blkio: {
      ioServiceBytesRecursive: operations(io.readBytes, io.writeBytes),
      ioServicedRecursive: operations(io.reads, io.writes),
    },
  };
  return { type: 'stats', id, data };
}

/** No limit is the largest number that the kernel can count pages to. */
function orLargest(limit: number): number {
  return Number.isFinite(limit) ? limit : 2 ** 63 - 4096;
}

/** All disks together. */
function operations(reads: number, writes: number): object[] {
  return [
    { op: 'Read', value: reads },
    { op: 'Write', value: writes },
  ];
}
