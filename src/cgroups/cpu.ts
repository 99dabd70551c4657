// The cpu controller: how much processor time, as a hard limit (quota per period) and as a share when it is scarce.
//
//     v1 cpu.cfs_quota_us  20000      v2 cpu.max     "20000 100000"     20 ms of every 100 ms
//        cpu.cfs_period_us 100000
//     v1 cpu.shares        1024       v2 cpu.weight  100
//     v1 cpu.cfs_burst_us  5000       v2 cpu.max.burst  5000       what was not used may be used later
//     v1 cpu.idle          1          v2 cpu.idle       1          runs when nobody else wants to, and has no weight

import type { CpuResources, Resources } from '../oci.ts';
import { maxOr, type Setting, setting } from './setting.ts';

export function cpuV1({ cpu = {} }: Resources): Setting[] {
  return [
    ...setting('cpu.idle', cpu.idle, NO_IDLE),
    ...setting('cpu.shares', sharesOf(cpu)),
    ...setting('cpu.cfs_period_us', cpu.period || undefined),
    ...setting('cpu.cfs_quota_us', cpu.quota || undefined),
    ...setting('cpu.cfs_burst_us', cpu.burst, NO_BURST),
    ...realtimeV1(cpu),
  ];
}

const NO_BURST = 'processor time saved up (burst: it needs Linux 5.14)';
const NO_IDLE = 'an idle cgroup (it needs Linux 5.15)';

/** The kernel takes no shares from a cgroup that is idle. */
function sharesOf({ shares, idle }: CpuResources): number | undefined {
  return idle === 1 ? undefined : shares || undefined;
}

function weightOf(cpu: CpuResources): number | undefined {
  const shares = sharesOf(cpu);
  return shares === undefined ? undefined : sharesToWeight(shares);
}

/** Time for processes of the classes SCHED_FIFO and SCHED_RR, of which a new cgroup has none: see also realtime.ts. */
function realtimeV1({ realtimePeriod, realtimeRuntime }: CpuResources): Setting[] {
  return [
    ...setting('cpu.rt_period_us', realtimePeriod || undefined, REALTIME),
    ...setting('cpu.rt_runtime_us', realtimeRuntime || undefined, REALTIME),
  ];
}

const REALTIME = 'realtime processor time (it needs cgroup v1 and a kernel with CONFIG_RT_GROUP_SCHED)';

/** A quota without a period leaves the period as it is. For realtime v2 has no files. */
export function cpuV2({ cpu = {} }: Resources): Setting[] {
  return [
    ...setting('cpu.idle', cpu.idle, NO_IDLE),
    ...setting('cpu.weight', weightOf(cpu)),
    ...setting('cpu.max', maxOf(cpu)),
    ...setting('cpu.max.burst', cpu.burst, NO_BURST),
    ...realtimeV1(cpu),
  ];
}

function maxOf({ quota, period }: CpuResources): string | undefined {
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
