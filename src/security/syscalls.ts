// System call numbers by name. A filter sees numbers, a profile has names, and each way into the kernel counts anew.
//
//     syscallTable('x86_64')   [{ name: 'read', number: 0 }, …, { name: 'mount', number: 165 }, …]
//     syscallTable('arm64')    [{ name: 'io_setup', number: 0 }, …, { name: 'mount', number: 40 }, …]

import { ARM, ARM_PRIVATE, ARM64 } from './syscalls-arm.ts';
import { I386, IPC, NOT_IN_X32, SOCKETCALL, X32_OWN, X86_64 } from './syscalls-x86.ts';

/** A way into the kernel, with numbers of its own. A 64-bit processor has one or two more for older programs. */
export type Abi = 'x86_64' | 'x32' | 'i386' | 'arm64' | 'arm';

/** What x32 adds to each of its numbers: without it they would be those of x86_64. */
export const X32_BIT = 0x40000000;

/** Calls with 64-bit time for 32-bit programs, whose clocks end in 2038. */
const TIME64 = `
  403 clock_gettime64 clock_settime64 clock_adjtime64 clock_getres_time64 clock_nanosleep_time64 timer_gettime64
  409 timer_settime64 timerfd_gettime64 timerfd_settime64 utimensat_time64 pselect6_time64 ppoll_time64
  416 io_pgetevents_time64 recvmmsg_time64 mq_timedsend_time64 mq_timedreceive_time64 semtimedop_time64
  421 rt_sigtimedwait_time64 futex_time64 sched_rr_get_interval_time64`;

/** Since Linux 5.1 a new call has the same number everywhere. 470 and 471 are the newest of Linux 7.1. */
const COMMON = `
  424 pidfd_send_signal io_uring_setup io_uring_enter io_uring_register open_tree move_mount fsopen fsconfig fsmount
  433 fspick pidfd_open clone3 close_range openat2 pidfd_getfd faccessat2 process_madvise epoll_pwait2 mount_setattr
  443 quotactl_fd landlock_create_ruleset landlock_add_rule landlock_restrict_self memfd_secret process_mrelease
  449 futex_waitv set_mempolicy_home_node cachestat fchmodat2 map_shadow_stack futex_wake futex_wait futex_requeue
  457 statmount listmount lsm_get_self_attr lsm_set_self_attr lsm_list_modules mseal setxattrat getxattrat listxattrat
  466 removexattrat open_tree_attr file_getattr file_setattr listns rseq_slice_yield`;

export interface Syscall {
  name: string;
  number: number;
}

const MAKERS: Record<Abi, () => Syscall[]> = {
  x86_64: () => parse(X86_64 + COMMON),
  x32: makeX32,
  i386: () => parse(I386 + TIME64 + COMMON),
  arm64: () => parse(ARM64 + COMMON),
  arm: () => parse(ARM + TIME64 + COMMON + ARM_PRIVATE),
};

const made = new Map<Abi, readonly Syscall[]>();

/** All system calls of one ABI in the order of their numbers. A table is parsed when it is first asked for. */
export function syscallTable(abi: Abi): readonly Syscall[] {
  const table = made.get(abi) ?? MAKERS[abi]();
  made.set(abi, table);
  return table;
}

/** The calls that i386 can also make by way of `socketcall` and `ipc`, by the number that is their first argument. */
export function multiplexed(): Record<'socketcall' | 'ipc', readonly Syscall[]> {
  return { socketcall: parse(SOCKETCALL), ipc: parse(IPC) };
}

/** The numbers as they are without X32_BIT. */
function makeX32(): Syscall[] {
  const own = parse(X32_OWN);
  const left = new Set([...NOT_IN_X32.trim().split(/\s+/), ...own.map(({ name }) => name)]);
  return [...syscallTable('x86_64').filter(({ name }) => !left.has(name)), ...own];
}

/** `8 creat link 14 mknod` is creat 8, link 9, mknod 14. */
function parse(text: string): Syscall[] {
  const table: Syscall[] = [];
  let next = 0;
  for (const word of text.trim().split(/\s+/)) {
    const isNumber = word < ':'; // which comes after all digits and before all letters
    if (isNumber) next = Number(word);
    else table.push({ name: word, number: next++ });
  }
  return table;
}
