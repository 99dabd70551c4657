// The cpu controller: how much processor time, as a hard limit (quota per period) and as a share when it is scarce.
//
//     v1 cpu.cfs_quota_us  20000      v2 cpu.max     "20000 100000"     20 ms of every 100 ms
//        cpu.cfs_period_us 100000
//     v1 cpu.shares        1024       v2 cpu.weight  100

import type { Resources } from '../oci.ts';
import { type Setting, setting } from './setting.ts';

/** Microseconds; the kernel's default period. */
const DEFAULT_PERIOD_US = 100_000;

/** Period first: the kernel checks a quota against the period that is set. */
export function cpuV1({ cpu = {} }: Resources): Setting[] {
  return [
    ...setting('cpu.shares', cpu.shares || undefined),
    ...setting('cpu.rt_period_us', cpu.realtimePeriod || undefined),
    ...setting('cpu.rt_runtime_us', cpu.realtimeRuntime || undefined),
    ...setting('cpu.cfs_period_us', cpu.period || undefined),
    ...setting('cpu.cfs_quota_us', cpu.quota || undefined),
  ];
}

export function cpuV2({ cpu = {} }: Resources): Setting[] {
  if (cpu.realtimePeriod || cpu.realtimeRuntime) {
    throw new Error('--cpu-rt-period and --cpu-rt-runtime need cgroup v1: v2 has no realtime groups');
  }
  const quota = cpu.quota && cpu.quota > 0 ? cpu.quota : 'max';
  return [
    ...setting('cpu.weight', cpu.shares ? sharesToWeight(cpu.shares) : undefined),
    ...setting('cpu.max', cpu.quota || cpu.period ? `${quota} ${cpu.period || DEFAULT_PERIOD_US}` : undefined),
  ];
}

/**
 * Shares go from 2 to 262144 and weights from 1 to 10000; the ends meet: 2 is 1, 1024 is 39, 262144 is 10000.
 * The formula is that of https://github.com/opencontainers/runc and Kubernetes.
 */
export function sharesToWeight(shares: number): number {
  const clamped = Math.min(Math.max(shares, 2), 262_144);
  return 1 + Math.floor(((clamped - 2) * 9999) / 262_142);
}
