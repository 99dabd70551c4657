// How a filter is loaded: the flags of a profile, as the third word of man 2 seccomp.

import type { Seccomp } from '../oci.ts';

/** linux/seccomp.h. Those that are 0 mean nothing for us: TSYNC is for other threads, WAIT_KILLABLE_RECV for NOTIFY. */
const FLAGS = new Map([
  ['SECCOMP_FILTER_FLAG_TSYNC', 0],
  ['SECCOMP_FILTER_FLAG_LOG', 2],
  ['SECCOMP_FILTER_FLAG_SPEC_ALLOW', 4],
  ['SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV', 0],
]);

export const SECCOMP_FLAGS: readonly string[] = [...FLAGS.keys()];

/**
 * Without flags it is SPEC_ALLOW, as with runc: else a kernel before Linux 5.16 takes a filter for a reason to switch
 * off speculation past stores, which costs every program some of its speed.
 * @throws Error for a flag that does not exist.
 */
export function filterFlags({ flags = ['SECCOMP_FILTER_FLAG_SPEC_ALLOW'] }: Seccomp): number {
  return flags.reduce((sum, name) => {
    const flag = FLAGS.get(name);
    if (flag === undefined) throw new Error(`seccomp: there is no flag ${name}, only ${[...FLAGS.keys()].join(', ')}`);
    return sum | flag;
  }, 0);
}
