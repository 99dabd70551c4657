// The memory controller: how much memory, how much with swap, and who is spared when it gets scarce.
//
//     v1 memory.limit_in_bytes          v2 memory.max
//     v1 memory.memsw.limit_in_bytes    v2 memory.swap.max       v1 counts memory and swap together, v2 swap alone
//     v1 memory.soft_limit_in_bytes     v2 memory.low

import type { Resources } from '../oci.ts';
import { maxOr, type Setting, setting } from './setting.ts';

const NO_SWAP_LIMIT = 'a limit on swap (this kernel does not count it)';

/** Memory may never be above memory+swap, so without a limit on the one there can be none on the other. */
export function memoryV1({ memory = {} }: Resources): Setting[] {
  const { limit, reservation } = memory;
  const swap = memory.swap ?? (limit === -1 ? -1 : undefined);
  return [
    ...setting('memory.limit_in_bytes', limit || undefined),
    ...setting('memory.memsw.limit_in_bytes', swap || undefined, NO_SWAP_LIMIT),
    ...setting('memory.soft_limit_in_bytes', reservation || undefined),
    ...setting('memory.swappiness', memory.swappiness),
    ...setting('memory.oom_control', memory.disableOOMKiller ? 1 : undefined),
  ];
}

/** For a kernel that ends nobody when memory is out, v2 has no file. */
export function memoryV2({ memory = {} }: Resources): Setting[] {
  const { limit, swap, reservation } = memory;
  return [
    ...setting('memory.max', limit ? maxOr(limit) : undefined),
    ...setting('memory.swap.max', swap ? swapAlone(limit, swap) : undefined, NO_SWAP_LIMIT),
    ...setting('memory.low', reservation ? maxOr(reservation) : undefined),
    ...setting('memory.swappiness', memory.swappiness, 'a swappiness of its own (it needs cgroup v1)'),
    ...setting(
      'memory.oom_control',
      memory.disableOOMKiller ? 1 : undefined,
      'a switched off OOM killer (it needs cgroup v1)',
    ),
  ];
}

/** Memory 100 and memory+swap 150 is swap 50. @throws Error when the sum is less than the part. */
export function swapAlone(limit: number | undefined, swap: number): string {
  if (swap < 0) return 'max';
  if (!limit || limit < 0) throw new Error('a limit on memory+swap needs a limit on memory beside it');
  if (swap < limit)
    throw new Error(`memory and swap together (${swap} bytes) are limited to less than memory alone (${limit})`);
  return String(swap - limit);
}
