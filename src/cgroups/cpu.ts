// The cpu controller: how much processor time, as a hard limit (quota per period) and as a share when it is scarce.
//
//     v1 cpu.cfs_quota_us  20000      v2 cpu.max     "20000 100000"     20 ms of every 100 ms
//        cpu.cfs_period_us 100000
//     v1 cpu.shares        1024       v2 cpu.weight  100

import type { Resources } from '../oci.ts';
import { maxOr, type Setting, setting } from './setting.ts';

export function cpuV1({ cpu = {} }: Resources): Setting[] {
  return [
    ...setting('cpu.shares', cpu.shares || undefined),
    ...setting('cpu.cfs_period_us', cpu.period || undefined),
    ...setting('cpu.cfs_quota_us', cpu.quota || undefined),
    ...realtimeV1(cpu),
  ];
}

/** Time for processes of the classes SCHED_FIFO and SCHED_RR, of which a new cgroup has none: see also realtime.ts. */
function realtimeV1({ realtimePeriod, realtimeRuntime }: NonNullable<Resources['cpu']>): Setting[] {
  return [
    ...setting('cpu.rt_period_us', realtimePeriod || undefined, REALTIME),
    ...setting('cpu.rt_runtime_us', realtimeRuntime || undefined, REALTIME),
  ];
}

const REALTIME = 'realtime processor time (it needs cgroup v1 and a kernel with CONFIG_RT_GROUP_SCHED)';

/** A quota without a period leaves the period as it is. For realtime v2 has no files. */
export function cpuV2({ cpu = {} }: Resources): Setting[] {
  return [
    ...setting('cpu.weight', cpu.shares ? sharesToWeight(cpu.shares) : undefined),
    ...setting('cpu.max', maxOf(cpu)),
    ...realtimeV1(cpu),
  ];
}

function maxOf({ quota, period }: NonNullable<Resources['cpu']>): string | undefined {
  if (!quota && !period) return undefined;
  const first = maxOr(quota || -1);
  return period ? `${first} ${period}` : first;
}

/**
 * Shares go from 2 to 262144 and weights from 1 to 10000. The ends meet, and so do the defaults: 1024 shares are a
 * weight of 100. A straight line would make 39 of 1024; this is the curve of
 * https://github.com/opencontainers/cgroups (ConvertCPUSharesToCgroupV2Value).
 */
export function sharesToWeight(shares: number): number {
  const log = Math.log2(Math.min(Math.max(shares, 2), 262_144));
  return Math.ceil(10 ** ((log ** 2 + 125 * log) / 612 - 7 / 34));
}
