// Processes: become a program, wait for one, signal one, and the settings a process has.

import { PRCTL_OPTIONS, RLIMITS, SIGNALS, WNOHANG } from './constants.ts';
import { quote, showConstant, showFlags } from './decode.ts';
import { bind, call } from './door.ts';
import { isTracing, traceCall } from './trace.ts';

const native = {
  execve: bind('int execve(const char *path, const char **argv, const char **envp)'),
  waitpid: bind('int waitpid(int pid, void *status, int options)'),
  pidfd_open: bind('long syscall(long number, int pid, unsigned int flags)'),
  pidfd_send_signal: bind('long syscall(long number, int pidfd, int signal, void *info, unsigned int flags)'),
  kill: bind('int kill(int pid, int signal)'),
  _exit: bind('void _exit(int status)'),
  setsid: bind('int setsid()'),
  getpid: bind('int getpid()'),
  getppid: bind('int getppid()'),
  prctl: bind('int prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d)'),
  prlimit: bind('int prlimit(int pid, int resource, const void *newLimit, void *oldLimit)'),
};

const SYS_pidfd_open = 434;
const SYS_pidfd_send_signal = 424;

/**
 * man 2 execve: this process becomes `path`. Returns only by an error.
 * @param argv the arguments, the first being the name the program is called by.
 * @param envp `NAME=value` strings.
 */
export function execve(path: string, argv: string[], envp: string[]): void {
  const show = () => `${quote(path)}, [${argv.map(quote).join(', ')}], …`;
  call('execve', show, () => native.execve(path, [...argv, null], [...envp, null]), path);
}

/** How a process ended: by itself with an exit code, or by a signal. */
export type WaitStatus = { exited: number; signaled?: undefined } | { signaled: number; exited?: undefined };

/** man 2 waitpid. @returns undefined when WNOHANG was asked for and none has ended. */
export function waitpid(pid: number, options: number): { pid: number; status: WaitStatus } | undefined;
export function waitpid(pid: number): { pid: number; status: WaitStatus };
export function waitpid(pid: number, options = 0): { pid: number; status: WaitStatus } | undefined {
  const buffer = Buffer.alloc(4);
  const show = () => `${pid}, ${buffer.readInt32LE(0)}, ${showFlags({ WNOHANG }, options)}`;
  const ended = call('waitpid', show, () => native.waitpid(pid, buffer, options));
  return ended === 0 ? undefined : { pid: ended, status: decodeStatus(buffer.readInt32LE(0)) };
}

/** The low seven bits are the signal, the second byte the exit code (man 2 waitpid, WIFEXITED). */
export function decodeStatus(status: number): WaitStatus {
  const signal = status & 0x7f;
  return signal === 0 ? { exited: (status >> 8) & 0xff } : { signaled: signal };
}

/** The exit code as shells and Docker give it: 128 + signal for a process that a signal ended. */
export function exitCode(status: WaitStatus): number {
  return status.exited ?? 128 + status.signaled;
}

/** man 2 pidfd_open: a descriptor of a process, which never comes to mean another one. ESRCH when it is gone. */
export function pidfd_open(pid: number): number {
  const show = () => `${pid}, 0`;
  return call('pidfd_open', show, () => native.pidfd_open(SYS_pidfd_open, pid, 0));
}

/** ESRCH when the process has ended. */
export function pidfd_send_signal(pidfd: number, signal: number): void {
  const show = () => `${pidfd}, ${showConstant(SIGNALS, signal)}, NULL, 0`;
  call('pidfd_send_signal', show, () => native.pidfd_send_signal(SYS_pidfd_send_signal, pidfd, signal, null, 0));
}

export function kill(pid: number, signal: number): void {
  const show = () => `${pid}, ${showConstant(SIGNALS, signal)}`;
  call('kill', show, () => native.kill(pid, signal));
}

/** Ends at once, without running anything of Node's: the only way out of a forked child. */
export function _exit(code: number): never {
  if (isTracing()) traceCall('_exit', `${code}`, 0, 0n);
  native._exit(code);
  throw new Error('_exit returned');
}

/** man 2 setsid: leads a new session that has no controlling terminal. */
export function setsid(): void {
  call(
    'setsid',
    () => '',
    () => native.setsid(),
  );
}

/** This process's number in its own PID namespace: 1 for a container's first. */
export function getpid(): number {
  return call(
    'getpid',
    () => '',
    () => native.getpid(),
  );
}

/** 0 when the parent is outside of this PID namespace. */
export function getppid(): number {
  return call(
    'getppid',
    () => '',
    () => native.getppid(),
  );
}

export function prctl(option: number, a = 0, b = 0, c = 0, d = 0): number {
  const show = () => `${showConstant(PRCTL_OPTIONS, option)}, ${a}, ${b}, ${c}, ${d}`;
  return call('prctl', show, () => native.prctl(option, a, b, c, d));
}

/** Limits in the unit of man 2 getrlimit; Infinity is no limit. */
export interface Limit {
  soft: number;
  hard: number;
}

const RLIM_INFINITY = 0xffffffffffffffffn;

/** man 2 prlimit: sets a limit of a process (0 is this one) unless `limit` is null. @returns what it was. */
export function prlimit(pid: number, resource: number, limit: Limit | null): Limit {
  const wanted = limit && encodeLimit(limit);
  const old = Buffer.alloc(16);
  const shown = limit ? `{${limit.soft}, ${limit.hard}}` : 'NULL';
  const show = () => `${pid}, ${showConstant(RLIMITS, resource)}, ${shown}, …`;
  call('prlimit', show, () => native.prlimit(pid, resource, wanted, old));
  return { soft: decodeRlim(old.readBigUInt64LE(0)), hard: decodeRlim(old.readBigUInt64LE(8)) };
}

function encodeLimit({ soft, hard }: Limit): Buffer {
  const buffer = Buffer.alloc(16);
  buffer.writeBigUInt64LE(encodeRlim(soft), 0);
  buffer.writeBigUInt64LE(encodeRlim(hard), 8);
  return buffer;
}

function encodeRlim(value: number): bigint {
  return value === Number.POSITIVE_INFINITY || value < 0 ? RLIM_INFINITY : BigInt(value);
}

function decodeRlim(value: bigint): number {
  return value === RLIM_INFINITY ? Number.POSITIVE_INFINITY : Number(value);
}
