// How a filter is loaded: the flags of a profile, as the third word of man 2 seccomp.

import { SECCOMP_FILTER_FLAGS } from '../linux/constants.ts';
import type { Seccomp } from '../oci.ts';
import { asksAgent } from './seccomp-notify.ts';

const { SECCOMP_FILTER_FLAG_NEW_LISTENER: NEW_LISTENER, SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV: WAIT_KILLABLE } =
  SECCOMP_FILTER_FLAGS;

/** TSYNC is for other threads, of which a process about to become a program has none. */
export const FLAGS = new Map<string, number>([
  ['SECCOMP_FILTER_FLAG_TSYNC', 0],
  ['SECCOMP_FILTER_FLAG_LOG', SECCOMP_FILTER_FLAGS.SECCOMP_FILTER_FLAG_LOG],
  ['SECCOMP_FILTER_FLAG_SPEC_ALLOW', SECCOMP_FILTER_FLAGS.SECCOMP_FILTER_FLAG_SPEC_ALLOW],
  ['SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV', WAIT_KILLABLE],
]);

export const SECCOMP_FLAGS: readonly string[] = [...FLAGS.keys()];

/**
 * Without flags it is SPEC_ALLOW, as with runc: else a kernel before Linux 5.16 takes a filter for a reason to switch
 * off speculation past stores, which costs every program some of its speed. A filter that asks an agent gives a descriptor
 * for it; to wait only for signals that kill makes sense, and is allowed, with one alone.
 * @throws Error for a flag that does not exist.
 */
export function filterFlags(seccomp: Seccomp): number {
  const { flags = ['SECCOMP_FILTER_FLAG_SPEC_ALLOW'] } = seccomp;
  const sum = flags.reduce((all, name) => {
    const flag = FLAGS.get(name);
    if (flag === undefined) throw new Error(`seccomp: there is no flag ${name}, only ${[...FLAGS.keys()].join(', ')}`);
    return all | flag;
  }, 0);
  return asksAgent(seccomp) ? sum | NEW_LISTENER : sum & ~WAIT_KILLABLE;
}
