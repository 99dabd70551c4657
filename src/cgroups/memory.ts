// The memory controller: how much memory, how much with swap, and who is spared when it gets scarce.
//
//     v1 memory.limit_in_bytes          v2 memory.max
//     v1 memory.memsw.limit_in_bytes    v2 memory.swap.max       v1 counts memory and swap together, v2 swap alone
//     v1 memory.soft_limit_in_bytes     v2 memory.low

import type { Resources } from '../oci.ts';
import { maxOr, type Setting, setting } from './setting.ts';

/** A new cgroup has no limit, so memory comes before memory+swap, which may not be lower. */
export function memoryV1({ memory = {} }: Resources): Setting[] {
  return [
    ...setting('memory.limit_in_bytes', memory.limit),
    ...setting('memory.memsw.limit_in_bytes', memory.swap, true),
    ...setting('memory.soft_limit_in_bytes', memory.reservation),
    ...setting('memory.oom_control', memory.disableOOMKiller ? 1 : undefined),
  ];
}

export function memoryV2({ memory = {} }: Resources): Setting[] {
  const { limit, swap, reservation } = memory;
  return [
    ...setting('memory.max', limit === undefined ? undefined : maxOr(limit)),
    ...setting('memory.swap.max', swapAlone(limit, swap), true),
    ...setting('memory.low', reservation === undefined ? undefined : maxOr(reservation)),
  ];
}

/** memory 100 and memory+swap 150 is swap 50. */
export function swapAlone(limit: number | undefined, swap: number | undefined): string | undefined {
  if (swap === undefined) return undefined;
  if (swap < 0) return 'max';
  if (limit === undefined || limit < 0) throw new Error('a limit of memory+swap needs a limit of memory beside it');
  return String(Math.max(0, swap - limit));
}
