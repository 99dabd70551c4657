// fork and clone3: one process becomes two, and both go on running this TypeScript.
//
//     const pid = fork();
//     if (pid === 0) { …; _exit(0); }
//     waitpid(pid);
//
// The child has one thread and shares the parent's epoll descriptor, so it stays synchronous: no promises, timers or
// streams, and it ends by execve or _exit. Node has to run with --single-threaded --v8-pool-size=0, because a garbage
// collection in the child would wait for threads that exist only in the parent.
//
// V8 marks its memory MADV_DONTFORK: a child would start without a heap. One madvise over the whole address space
// takes that back (it ends with an error at the vvar page, far above everything that matters). Nothing may allocate
// between it and the fork, or the new memory would be marked again. So both are raw libc functions, side by side:
// even the return of a function of ours may make V8 compile, and so allocate.

import { CLONE_FLAGS, CLONE_INTO_CGROUP, CLONE_PIDFD, MADV_DOFORK, MEMORY_ADVICE, SIGCHLD } from './constants.ts';
import { showConstant, showFlags, showStruct } from './decode.ts';
import { addressOf, call, lookUp, machine, outcome } from './door.ts';
import { numberOf } from './numbers.ts';
import { beginChild, isTracing, traceCall } from './trace.ts';

const LOWEST = 0x10000;
const HIGHEST = machine === 'arm64' ? 0x1000000000000 : 0x7ffffffff000;
const SPAN = HIGHEST - LOWEST;
const SYS_clone3 = numberOf('clone3');
const CLONE_ARGS_SIZE = 88;

const libcMadvise = lookUp('int madvise(uintptr_t address, size_t length, int advice)');
const libcFork = lookUp('int fork()');
const libcClone3 = lookUp('long syscall(long number, uint8_t *args, size_t size)');

/** What the last madvise returned: kept in an array, since a variable of a module may be allocated anew. */
const advised = new Int32Array(1);

/** man 2 fork: 0 in the child, the child's pid in the parent. libc's own, which takes the locks of malloc properly. */
export function fork(): number {
  return call(
    'fork',
    () => 'child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD, child_tidptr=…',
    () => twice(forkNow()),
  );
}

function forkNow(): number {
  advised[0] = libcMadvise(LOWEST, SPAN, MADV_DOFORK);
  return libcFork() as number;
}

function cloneNow(args: Buffer): number {
  advised[0] = libcMadvise(LOWEST, SPAN, MADV_DOFORK);
  return libcClone3(SYS_clone3, args, CLONE_ARGS_SIZE) as number;
}

/**
 * What is to be traced of a call that returned twice. The madvise ahead of it can only be shown now, because to show it
 * allocates; errno is still its own, for a fork that succeeds leaves that alone.
 */
function twice(pid: number): number {
  if (pid === 0) beginChild();
  if (pid > 0 && isTracing()) {
    traceCall('madvise', `0x${LOWEST.toString(16)}, ${SPAN}, MADV_DOFORK`, outcome(advised[0]));
  }
  return pid;
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
  const args = encodeCloneArgs(flags, cgroupFd);
  const into = cgroupFd === undefined ? '' : '|CLONE_INTO_CGROUP';
  const shown = {
    flags: showFlags(CLONE_FLAGS, flags | CLONE_PIDFD) + into,
    pidfd: '…',
    exit_signal: 'SIGCHLD',
    stack: 'NULL',
    stack_size: 0,
    ...(cgroupFd === undefined ? {} : { cgroup: cgroupFd }),
  };
  const show = (pid: number) =>
    `${showStruct(shown)}${pid > 0 ? ` => {pidfd: [${pidfdOf(args)}]}` : ''}, ${CLONE_ARGS_SIZE}`;
  const pid = call('clone3', show, () => twice(cloneNow(args)));
  return { pid, pidfd: pid === 0 ? -1 : pidfdOf(args) };
}

/** struct clone_args: eleven u64, of which we use flags, pidfd, exit_signal and cgroup; behind it room for the pidfd. */
function encodeCloneArgs(flags: number, cgroupFd: number | undefined): Buffer {
  const args = Buffer.alloc(CLONE_ARGS_SIZE + 4);
  const into = cgroupFd === undefined ? 0n : CLONE_INTO_CGROUP;
  args.writeBigUInt64LE(BigInt((flags | CLONE_PIDFD) >>> 0) | into, 0);
  args.writeBigUInt64LE(addressOf(args) + BigInt(CLONE_ARGS_SIZE), 8);
  args.writeBigUInt64LE(BigInt(SIGCHLD), 32);
  args.writeBigUInt64LE(BigInt(cgroupFd ?? 0), 80);
  return args;
}

function pidfdOf(args: Buffer): number {
  return args.readInt32LE(CLONE_ARGS_SIZE);
}

/**
 * man 2 madvise: how a range of memory, in bytes, is going to be used. MADV_DOFORK is what makes a fork safe; fork() and
 * clone3() see to that by themselves, so that nothing comes between. @throws SyscallError ENOMEM for a hole in the range.
 */
export function madvise(address: number, length: number, advice: number): void {
  const show = () => `0x${address.toString(16)}, ${length}, ${showConstant(MEMORY_ADVICE, advice)}`;
  call('madvise', show, () => libcMadvise(address, length, advice));
}
