// Resource limits of the program (man 2 getrlimit). Raising a hard limit needs CAP_SYS_RESOURCE, which root may lack:
// then the most that can be had is set, and said.

import { RLIMITS } from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { prlimit } from '../linux/process.ts';
import type { Rlimit } from '../oci.ts';

/** Sets the limits of this process. @returns a sentence for each that had to be lower than asked. */
export function applyLimits(rlimits: readonly Rlimit[]): string[] {
  return rlimits.flatMap((rlimit) => applyLimit(rlimit) ?? []);
}

function applyLimit({ type, soft, hard }: Rlimit): string | undefined {
  const resource = RLIMITS[type as keyof typeof RLIMITS];
  if (resource === undefined)
    throw new Error(`invalid limit ${type}: it is none of ${Object.keys(RLIMITS).join(', ')}`);
  try {
    prlimit(0, resource, { soft, hard });
    return undefined;
  } catch (error) {
    if (!isErrno(error, 'EPERM')) throw error;
  }
  const most = prlimit(0, resource, null).hard;
  const clamped = { soft: Math.min(soft < 0 ? Number.POSITIVE_INFINITY : soft, most), hard: most };
  prlimit(0, resource, clamped);
  return `${type} is ${clamped.soft}:${clamped.hard}, not ${soft}:${hard}: raising the hard limit needs CAP_SYS_RESOURCE`;
}
