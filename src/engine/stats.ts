// `stats`: what containers use now, as the kernel has counted it for their cgroups.

import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { openCgroup } from '../cgroups/cgroup.ts';
import { isErrno } from '../linux/door.ts';
import { loadState } from '../runtime/state.ts';
import type { ContainerSummary } from './list.ts';

/** Sizes in bytes. */
export interface Usage {
  id: string;
  name: string;
  /** Of one processor; two that are busy are 200. Undefined at the first look: it takes two. */
  cpuPercent?: number;
  memory: number;
  memoryLimit: number;
  received: number;
  sent: number;
  read: number;
  written: number;
  processes: number;
}

/** Looks at containers again and again. */
export class StatsReader {
  readonly #before = new Map<string, { usageNs: number; at: number }>();

  /** Of one that does not run, all is 0. */
  usageOf({ id, name }: Pick<ContainerSummary, 'id' | 'name'>): Usage {
    const nothing = { memory: 0, memoryLimit: 0, received: 0, sent: 0, read: 0, written: 0, processes: 0 };
    const { status, pid, cgroupPath } = loadState(id);
    if (status !== 'running' || cgroupPath === undefined) return { id, name, cpuPercent: 0, ...nothing };
    try {
      const { cpu, memory, pids, io } = openCgroup(cgroupPath).stats();
      const { bytes, inactiveFileBytes, limitBytes } = memory;
      return {
        id,
        name,
        ...this.#cpuPercent(id, cpu.usageNs),
        memory: inactiveFileBytes < bytes ? bytes - inactiveFileBytes : bytes,
        memoryLimit: Math.min(limitBytes, totalmem()),
        ...networkOf(pid),
        read: io.readBytes,
        written: io.writeBytes,
        processes: pids.current,
      };
    } catch (error) {
      if (!isErrno(error, 'ENOENT', 'ENODEV')) throw error;
      return { id, name, cpuPercent: 0, ...nothing }; // it has just ended
    }
  }

  #cpuPercent(id: string, usageNs: number): { cpuPercent?: number } {
    const at = performance.now();
    const before = this.#before.get(id);
    this.#before.set(id, { usageNs, at });
    if (before === undefined || at <= before.at) return {};
    return { cpuPercent: Math.max(0, ((usageNs - before.usageNs) / 1e6 / (at - before.at)) * 100) };
  }
}

/** What went through the interfaces of a process's network namespace, but for the loopback (man 5 proc_pid_net). */
function networkOf(pid: number | undefined): { received: number; sent: number } {
  const total = { received: 0, sent: 0 };
  for (const line of linesOf(`/proc/${pid}/net/dev`).slice(2)) {
    const [name, ...numbers] = line.trim().split(/[:\s]+/);
    if (name === 'lo') continue;
    total.received += Number(numbers[0]);
    total.sent += Number(numbers[8]);
  }
  return total;
}

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').trimEnd().split('\n');
  } catch {
    return []; // it has just ended
  }
}
