// What the kernel has counted for a cgroup: processor time, throttling, memory, kills for want of memory, processes, I/O.

import type { Part } from './cgroup.ts';
import { parseFlatKeyed, readSetting } from './files.ts';

export interface Stats {
  cpu: { usageNs: number; throttledPeriods: number; throttledNs: number };
  memory: { bytes: number; peakBytes: number; limitBytes: number; oomKills: number };
  pids: { current: number; limit: number };
  io: { readBytes: number; writeBytes: number };
}

/** Reads all of it. What no controller counts here is 0; no limit is Infinity. */
export function statsOf(parts: readonly Part[]): Stats {
  const read = reader(parts);
  return { cpu: cpuStats(read), memory: memoryStats(read), pids: pidsStats(read), io: ioStats(read) };
}

/** A file of the v1 hierarchy that has the controller, or of v2. */
type Reader = (version: 1 | 2, controller: string, file: string) => string | undefined;

function reader(parts: readonly Part[]): Reader {
  return (version, controller, file) => {
    const part = parts.find((each) => each.version === version && each.controllers.includes(controller));
    return part && readSetting(part.folder, file);
  };
}

function cpuStats(read: Reader): Stats['cpu'] {
  const v2 = read(2, 'cpu', 'cpu.stat');
  if (v2 !== undefined) {
    const stat = parseFlatKeyed(v2);
    return {
      usageNs: (stat.usage_usec ?? 0) * 1000,
      throttledPeriods: stat.nr_throttled ?? 0,
      throttledNs: (stat.throttled_usec ?? 0) * 1000,
    };
  }
  const stat = parseFlatKeyed(read(1, 'cpu', 'cpu.stat') ?? '');
  const usageNs = Number(read(1, 'cpuacct', 'cpuacct.usage') ?? 0);
  return { usageNs, throttledPeriods: stat.nr_throttled ?? 0, throttledNs: stat.throttled_time ?? 0 };
}

function memoryStats(read: Reader): Stats['memory'] {
  const v2 = read(2, 'memory', 'memory.current');
  if (v2 !== undefined) {
    const events = parseFlatKeyed(read(2, 'memory', 'memory.events') ?? '');
    return {
      bytes: Number(v2),
      peakBytes: Number(read(2, 'memory', 'memory.peak') ?? v2),
      limitBytes: limit(read(2, 'memory', 'memory.max')),
      oomKills: events.oom_kill ?? 0,
    };
  }
  const control = parseFlatKeyed(read(1, 'memory', 'memory.oom_control') ?? '');
  return {
    bytes: Number(read(1, 'memory', 'memory.usage_in_bytes') ?? 0),
    peakBytes: Number(read(1, 'memory', 'memory.max_usage_in_bytes') ?? 0),
    limitBytes: limit(read(1, 'memory', 'memory.limit_in_bytes')),
    oomKills: control.oom_kill ?? 0,
  };
}

/** v1 says "no limit" with the largest number of pages there is. */
const NO_LIMIT_V1 = 2 ** 60;

function limit(text: string | undefined): number {
  const value = text === undefined || text === 'max' ? Number.POSITIVE_INFINITY : Number(text);
  return value > NO_LIMIT_V1 ? Number.POSITIVE_INFINITY : value;
}

function pidsStats(read: Reader): Stats['pids'] {
  const file = (name: string) => read(1, 'pids', name) ?? read(2, 'pids', name);
  return { current: Number(file('pids.current') ?? 0), limit: limit(file('pids.max')) };
}

function ioStats(read: Reader): Stats['io'] {
  const v1 = read(1, 'blkio', 'blkio.throttle.io_service_bytes');
  if (v1 !== undefined) return { readBytes: sum(v1, /Read (\d+)/g), writeBytes: sum(v1, /Write (\d+)/g) };
  const v2 = read(2, 'io', 'io.stat') ?? '';
  return { readBytes: sum(v2, /rbytes=(\d+)/g), writeBytes: sum(v2, /wbytes=(\d+)/g) };
}

function sum(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].reduce((total, match) => total + Number(match[1]), 0);
}
