// What the kernel has counted for a cgroup: processor time, throttling, memory, kills for want of memory, processes, I/O.

import { parseFlatKeyed, readFile } from './files.ts';
import type { Part } from './part.ts';

export interface Stats {
  cpu: {
    usageNs: number;
    /** Of each processor, where v1 counts that; else none. */
    byProcessorNs: number[];
    userNs: number;
    systemNs: number;
    /** Periods of the quota that have passed, those in which it was used up, and the time waited then. */
    periods: number;
    throttledPeriods: number;
    throttledNs: number;
  };
  memory: {
    bytes: number;
    peakBytes: number;
    limitBytes: number;
    /** Of `bytes`, files that were read and are not in use: what `docker stats` does not count. */
    inactiveFileBytes: number;
    oomKills: number;
    /** All that memory.stat says, in the kernel's words. */
    stat: Record<string, number>;
  };
  pids: { current: number; limit: number };
  io: { readBytes: number; writeBytes: number; reads: number; writes: number };
}

/** Reads all of it. What no controller counts here is 0; no limit is Infinity. */
export function statsOf(parts: readonly Part[]): Stats {
  const { v1, v2 } = readersOf(parts);
  return { cpu: cpuStats(v1, v2), memory: memoryStats(v1, v2), pids: pidsStats(v1, v2), io: ioStats(v1, v2) };
}

/** How many processes of the cgroup were killed for want of memory. */
export function oomKillsOf(parts: readonly Part[]): number {
  const { v1, v2 } = readersOf(parts);
  return oomKills(v1, v2);
}

function readersOf(parts: readonly Part[]): { v1: ReadV1; v2: ReadV2 } {
  const v1 = (controller: string, file: string) => {
    const part = parts.find(({ version, controllers }) => version === 1 && controllers.includes(controller));
    return part && readFile(part, file);
  };
  const part = parts.find(({ version }) => version === 2);
  const v2 = (file: string) => part && readFile(part, file);
  return { v1, v2 };
}

/** A file of the v1 hierarchy that has the controller. */
type ReadV1 = (controller: string, file: string) => string | undefined;
/** A file of v2, where files are there only if the controller is. */
type ReadV2 = (file: string) => string | undefined;

function cpuStats(v1: ReadV1, v2: ReadV2): Stats['cpu'] {
  const usage = v1('cpuacct', 'cpuacct.usage');
  if (usage === undefined) return cpuStatsV2(parseFlatKeyed(v2('cpu.stat')));
  const { nr_periods = 0, nr_throttled = 0, throttled_time = 0 } = parseFlatKeyed(v1('cpu', 'cpu.stat'));
  return {
    usageNs: Number(usage),
    byProcessorNs: (v1('cpuacct', 'cpuacct.usage_percpu') ?? '').split(' ').filter(Boolean).map(Number),
    userNs: Number(v1('cpuacct', 'cpuacct.usage_user') ?? 0),
    systemNs: Number(v1('cpuacct', 'cpuacct.usage_sys') ?? 0),
    periods: nr_periods,
    throttledPeriods: nr_throttled,
    throttledNs: throttled_time,
  };
}

function cpuStatsV2(stat: Record<string, number>): Stats['cpu'] {
  return {
    usageNs: (stat.usage_usec ?? 0) * 1000,
    byProcessorNs: [],
    userNs: (stat.user_usec ?? 0) * 1000,
    systemNs: (stat.system_usec ?? 0) * 1000,
    periods: stat.nr_periods ?? 0,
    throttledPeriods: stat.nr_throttled ?? 0,
    throttledNs: (stat.throttled_usec ?? 0) * 1000,
  };
}

function memoryStats(v1: ReadV1, v2: ReadV2): Stats['memory'] {
  const usage = v1('memory', 'memory.usage_in_bytes');
  if (usage === undefined) return memoryStatsV2(v2);
  const stat = parseFlatKeyed(v1('memory', 'memory.stat'));
  return {
    bytes: Number(usage),
    peakBytes: Number(v1('memory', 'memory.max_usage_in_bytes') ?? usage),
    limitBytes: limit(v1('memory', 'memory.limit_in_bytes')),
    inactiveFileBytes: stat.total_inactive_file ?? 0,
    oomKills: oomKills(v1, v2),
    stat,
  };
}

function oomKills(v1: ReadV1, v2: ReadV2): number {
  return parseFlatKeyed(v1('memory', 'memory.oom_control') ?? v2('memory.events')).oom_kill ?? 0;
}

/** memory.peak is there since Linux 5.19. */
function memoryStatsV2(v2: ReadV2): Stats['memory'] {
  const bytes = Number(v2('memory.current') ?? 0);
  const stat = parseFlatKeyed(v2('memory.stat'));
  return {
    bytes,
    peakBytes: Number(v2('memory.peak') ?? bytes),
    limitBytes: limit(v2('memory.max')),
    inactiveFileBytes: stat.inactive_file ?? 0,
    oomKills: oomKills(() => undefined, v2),
    stat,
  };
}

/** v1 says "no limit" with the largest number of pages there is. */
const NO_LIMIT_V1 = 2 ** 60;

function limit(text: string | undefined): number {
  const value = text === undefined || text === 'max' ? Number.POSITIVE_INFINITY : Number(text);
  return value > NO_LIMIT_V1 ? Number.POSITIVE_INFINITY : value;
}

function pidsStats(v1: ReadV1, v2: ReadV2): Stats['pids'] {
  const file = (name: string) => v1('pids', name) ?? v2(name);
  return { current: Number(file('pids.current') ?? 0), limit: limit(file('pids.max')) };
}

/** v1: `254:0 Read 4096`, a line for each disk and kind. v2: `254:0 rbytes=4096 wbytes=0 rios=1 wios=0 …`, one a disk. */
function ioStats(v1: ReadV1, v2: ReadV2): Stats['io'] {
  const bytes = v1('blkio', 'blkio.throttle.io_service_bytes_recursive') ?? '';
  const operations = v1('blkio', 'blkio.throttle.io_serviced_recursive') ?? '';
  const all = v2('io.stat') ?? '';
  return {
    readBytes: sum(bytes, /Read (\d+)/g) + sum(all, /rbytes=(\d+)/g),
    writeBytes: sum(bytes, /Write (\d+)/g) + sum(all, /wbytes=(\d+)/g),
    reads: sum(operations, /Read (\d+)/g) + sum(all, /rios=(\d+)/g),
    writes: sum(operations, /Write (\d+)/g) + sum(all, /wios=(\d+)/g),
  };
}

function sum(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].reduce((total, match) => total + Number(match[1]), 0);
}
