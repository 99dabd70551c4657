// fork and clone3: one process becomes two, and both go on running this TypeScript.
//
// The child has one thread and shares the parent's epoll descriptor, so it stays synchronous: no promises, timers or
// streams, and it ends by execve or _exit. Node has to run with --single-threaded --v8-pool-size=0, because a garbage
// collection in the child would wait for threads that exist only in the parent.
//
// V8 marks its memory MADV_DONTFORK: a child would start without a heap. One madvise over the whole address space
// takes that back (it ends with an error at the vvar page, far above everything that matters). Nothing may allocate
// between it and the fork, or the new memory would be marked again. So both are raw libc functions, side by side:
// even the return of a function of ours may make V8 compile, and so allocate.

import { CLONE_FLAGS, CLONE_INTO_CGROUP, CLONE_PIDFD, SIGCHLD } from './constants.ts';
import { showFlags } from './decode.ts';
import { allocateInt, call, lookUp, machine } from './door.ts';
import { isTracing, traceCall } from './trace.ts';

const LOWEST = 0x10000;
const HIGHEST = machine === 'arm64' ? 0x1000000000000 : 0x7ffffffff000;
const SPAN = HIGHEST - LOWEST;
const MADV_DOFORK = 11;
const SYS_clone3 = 435;
const CLONE_ARGS_SIZE = 88;

const madvise = lookUp('int madvise(uintptr_t address, size_t length, int advice)');
const libcFork = lookUp('int fork()');
const libcClone3 = lookUp('long syscall(long number, uint8_t *args, size_t size)');

/** man 2 fork: 0 in the child, the child's pid in the parent. libc's own, which takes the locks of malloc properly. */
export function fork(): number {
  showMadvise();
  return call('fork', () => '', forkNow);
}

function forkNow(): number {
  madvise(LOWEST, SPAN, MADV_DOFORK);
  return libcFork() as number;
}

function cloneNow(args: Buffer): number {
  madvise(LOWEST, SPAN, MADV_DOFORK);
  return libcClone3(SYS_clone3, args, CLONE_ARGS_SIZE) as number;
}

/** The madvise cannot be traced where it happens, since tracing allocates; it is shown ahead of the fork. */
function showMadvise(): void {
  if (isTracing()) traceCall('madvise', `0x10000, 0x${SPAN.toString(16)}, MADV_DOFORK`, -12, 0n);
}

/**
 * man 2 clone3, for a process that has one thread (one that was itself forked).
 * @param flags CLONE_NEW* flags; CLONE_PIDFD is added.
 * @param cgroupFd an open folder of cgroup v2 that the child starts in.
 * @returns pid 0 in the child; in the parent the child's pid and a pidfd, closed by execve.
 */
export function clone3({ flags, cgroupFd }: { flags: number; cgroupFd?: number | undefined }): {
  pid: number;
  pidfd: number;
} {
  const pidfd = allocateInt();
  const args = encodeCloneArgs(flags, pidfd.address, cgroupFd);
  const into = cgroupFd === undefined ? '' : `|CLONE_INTO_CGROUP, cgroup: ${cgroupFd}`;
  const show = () => `{flags: ${showFlags(CLONE_FLAGS, flags | CLONE_PIDFD)}${into}, exit_signal: SIGCHLD}`;
  showMadvise();
  const pid = call('clone3', show, () => cloneNow(args));
  return { pid, pidfd: pid === 0 ? -1 : pidfd.read() };
}

/** struct clone_args: eleven u64, of which we use flags, pidfd, exit_signal and cgroup. */
function encodeCloneArgs(flags: number, pidfdAddress: bigint, cgroupFd: number | undefined): Buffer {
  const args = Buffer.alloc(CLONE_ARGS_SIZE);
  const into = cgroupFd === undefined ? 0n : CLONE_INTO_CGROUP;
  args.writeBigUInt64LE(BigInt((flags | CLONE_PIDFD) >>> 0) | into, 0);
  args.writeBigUInt64LE(pidfdAddress, 8);
  args.writeBigUInt64LE(BigInt(SIGCHLD), 32);
  args.writeBigUInt64LE(BigInt(cgroupFd ?? 0), 80);
  return args;
}
