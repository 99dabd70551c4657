// Use over time, from counters that only grow.

import type { Facts } from './facts.ts';

export interface Sample {
  /** Processors in use: 0.5 is half of one. */
  cpus: number;
  /** Part of the periods of the quota in which it was used up, 0 to 1. */
  throttled: number;
  memoryBytes: number;
  pids: number;
}

/** What happened between two looks; undefined when nothing is counted. */
export function sampleOf(before: Facts | undefined, now: Facts): Sample | undefined {
  if (now.stats === undefined) return undefined;
  const { cpu, memory, pids } = now.stats;
  const base = { memoryBytes: memory.bytes, pids: pids.current };
  if (before?.stats === undefined || before.id !== now.id) return { ...base, cpus: 0, throttled: 0 };
  const elapsedNs = (now.atMs - before.atMs) * 1e6;
  const periods = cpu.periods - before.stats.cpu.periods;
  return {
    ...base,
    cpus: elapsedNs <= 0 ? 0 : (cpu.usageNs - before.stats.cpu.usageNs) / elapsedNs,
    throttled: periods <= 0 ? 0 : (cpu.throttledPeriods - before.stats.cpu.throttledPeriods) / periods,
  };
}

const LEVELS = [...' ▁▂▃▄▅▆▇█'];

/** One column for each value, the newest at the right; `full` is the whole height. */
export function sparkline(values: readonly number[], full: number, width: number): string {
  const shown = values.slice(-width).map((value) => {
    if (value <= 0 || full <= 0) return LEVELS[0] as string;
    return LEVELS[Math.max(1, Math.min(8, Math.round((value / full) * 8)))] as string;
  });
  return shown.join('').padStart(width);
}
