// Processes: become a program, wait for one, signal one, and the settings a process has.

import {
  AMBIENT_OPERATIONS,
  CAPABILITIES,
  CHILD_CODES,
  DUMPABLE,
  ID_TYPES,
  PR_CAP_AMBIENT,
  PR_CAPBSET_DROP,
  PR_CAPBSET_READ,
  PR_SET_DUMPABLE,
  PR_SET_PDEATHSIG,
  PRCTL_OPTIONS,
  RLIMITS,
  SIGNALS,
  WAIT_OPTIONS,
} from './constants.ts';
import { quote, showConstant, showFlags, showStruct } from './decode.ts';
import { bind, bindNumber, call } from './door.ts';
import { isTracing, traceCall } from './trace.ts';

const native = {
  execve: bind('int execve(const char *path, const char **argv, const char **envp)'),
  waitpid: bind('int waitpid(int pid, void *status, int options)'),
  waitid: bind('int waitid(int idType, unsigned int id, void *info, int options)'),
  pidfd_open: bindNumber('pidfd_open', 'int pid, unsigned int flags'),
  pidfd_send_signal: bindNumber('pidfd_send_signal', 'int pidfd, int signal, void *info, unsigned int flags'),
  kill: bind('int kill(int pid, int signal)'),
  _exit: bind('void _exit(int status)'),
  setsid: bind('int setsid()'),
  getpid: bind('int getpid()'),
  getppid: bind('int getppid()'),
  prctl: bind('int prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d)'),
  prlimit: bind('int prlimit(int pid, int resource, const void *newLimit, void *oldLimit)'),
};

/**
 * man 2 execve: this process becomes `path`. Returns only by an error. So it is shown ahead of the call, without a
 * result, and once more when it has failed.
 * @param argv the arguments, the first being the name the program is called by.
 * @param envp `NAME=value` strings.
 */
export function execve(path: string, argv: string[], envp: string[]): void {
  const show = () => `${quote(path)}, [${argv.map(quote).join(', ')}], … /* ${envp.length} vars */`;
  if (isTracing()) traceCall('execve', show(), undefined);
  call('execve', show, () => native.execve(path, [...argv, null], [...envp, null]), path);
}

/** How a process ended: by itself with an exit code, or by a signal. */
export type WaitStatus = { exited: number; signaled?: undefined } | { signaled: number; exited?: undefined };

/** man 2 waitpid. @returns undefined when WNOHANG was asked for and none has ended. */
export function waitpid(pid: number, options: number): { pid: number; status: WaitStatus } | undefined;
export function waitpid(pid: number): { pid: number; status: WaitStatus };
export function waitpid(pid: number, options = 0): { pid: number; status: WaitStatus } | undefined {
  const buffer = Buffer.alloc(4);
  const status = () => decodeStatus(buffer.readInt32LE(0));
  const show = (ended: number) =>
    `${pid}, ${ended > 0 ? `[{${showStatus(status())}}]` : '…'}, ${showFlags(WAIT_OPTIONS, options)}, NULL`;
  const ended = call('waitpid', show, () => native.waitpid(pid, buffer, options));
  return ended === 0 ? undefined : { pid: ended, status: status() };
}

function showStatus({ exited, signaled }: WaitStatus): string {
  if (exited !== undefined) return `WIFEXITED(s) && WEXITSTATUS(s) == ${exited}`;
  return `WIFSIGNALED(s) && WTERMSIG(s) == ${showConstant(SIGNALS, signaled)}`;
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

/** What has become of a child: siginfo_t of SIGCHLD. `status` is an exit code for CLD_EXITED, else a signal. */
export interface ChildInfo {
  pid: number;
  uid: number;
  code: keyof typeof CHILD_CODES;
  status: number;
}

const SIGINFO_SIZE = 128;

/**
 * man 2 waitid: as waitpid, but the child may be named by a pidfd (P_PIDFD), and with WNOWAIT it stays a zombie that can
 * be asked again. `options` must hold WEXITED, WSTOPPED or WCONTINUED.
 * @returns undefined when WNOHANG was asked for and none has changed. @throws SyscallError ECHILD, EINVAL.
 */
export function waitid(idType: number, id: number, options: number): ChildInfo | undefined {
  const info = Buffer.alloc(SIGINFO_SIZE);
  const show = (result: number) => {
    const shown = result < 0 ? '…' : showChildInfo(decodeChildInfo(info));
    return `${showConstant(ID_TYPES, idType)}, ${id}, ${shown}, ${showFlags(WAIT_OPTIONS, options)}, NULL`;
  };
  call('waitid', show, () => native.waitid(idType, id, info, options));
  return decodeChildInfo(info);
}

/** si_signo, si_errno, si_code, padding, si_pid, si_uid, si_status: each an int. All is 0 when no child has changed. */
function decodeChildInfo(info: Buffer): ChildInfo | undefined {
  const pid = info.readInt32LE(16);
  if (pid === 0) return undefined;
  const code = showConstant(CHILD_CODES, info.readInt32LE(8)) as ChildInfo['code'];
  return { pid, uid: info.readUInt32LE(20), code, status: info.readInt32LE(24) };
}

function showChildInfo(child: ChildInfo | undefined): string {
  if (child === undefined) return '{}';
  const { pid, uid, code, status } = child;
  const shown = code === 'CLD_EXITED' ? status : showConstant(SIGNALS, status);
  return showStruct({ si_signo: 'SIGCHLD', si_code: code, si_pid: pid, si_uid: uid, si_status: shown });
}

/** man 2 pidfd_open: a descriptor of a process, which never comes to mean another one. ESRCH when it is gone. */
export function pidfd_open(pid: number): number {
  const show = () => `${pid}, 0`;
  return call('pidfd_open', show, () => native.pidfd_open(pid, 0));
}

/** ESRCH when the process has ended. */
export function pidfd_send_signal(pidfd: number, signal: number): void {
  const show = () => `${pidfd}, ${showConstant(SIGNALS, signal)}, NULL, 0`;
  call('pidfd_send_signal', show, () => native.pidfd_send_signal(pidfd, signal, null, 0));
}

/** man 2 kill: signal 0 only asks whether the process is there and may be signalled. */
export function kill(pid: number, signal: number): void {
  const show = () => `${pid}, ${showConstant(SIGNALS, signal)}`;
  call('kill', show, () => native.kill(pid, signal));
}

/** Ends at once, without running anything of Node's: the only way out of a forked child. */
export function _exit(code: number): never {
  if (isTracing()) traceCall('_exit', `${code}`, undefined);
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

/** man 2 prctl: `option` is PR_SET_PDEATHSIG and the like, what the numbers mean depends on it. */
export function prctl(option: number, a = 0, b = 0, c = 0, d = 0): number {
  const show = () => `${showConstant(PRCTL_OPTIONS, option)}${showPrctl(option, a, b, c, d)}`;
  return call('prctl', show, () => native.prctl(option, a, b, c, d));
}

/** These insist on zeros where they take no argument. */
const ALL_FIVE = new Set<number>([PRCTL_OPTIONS.PR_SET_NO_NEW_PRIVS, PRCTL_OPTIONS.PR_GET_NO_NEW_PRIVS]);
const NO_ARGUMENT = new Set<number>([PRCTL_OPTIONS.PR_GET_DUMPABLE]);

/** As many arguments as the option has. */
function showPrctl(option: number, a: number, b: number, c: number, d: number): string {
  const capability = (bit: number) => CAPABILITIES[bit] ?? String(bit);
  if (option === PR_SET_DUMPABLE) return `, ${showConstant(DUMPABLE, a)}`;
  if (option === PR_SET_PDEATHSIG) return `, ${showConstant(SIGNALS, a)}`;
  if (option === PR_CAPBSET_READ || option === PR_CAPBSET_DROP) return `, ${capability(a)}`;
  if (option === PR_CAP_AMBIENT) {
    const name = showConstant(AMBIENT_OPERATIONS, a);
    return `, ${name}, ${name === 'PR_CAP_AMBIENT_CLEAR_ALL' ? b : capability(b)}, ${c}, ${d}`;
  }
  if (ALL_FIVE.has(option)) return `, ${a}, ${b}, ${c}, ${d}`;
  return NO_ARGUMENT.has(option) ? '' : `, ${a}`;
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
  const was = () => ({ soft: decodeRlim(old.readBigUInt64LE(0)), hard: decodeRlim(old.readBigUInt64LE(8)) });
  const show = (result: number) =>
    `${pid}, ${showConstant(RLIMITS, resource)}, ${showLimit(limit)}, ${result < 0 ? '…' : showLimit(was())}`;
  call('prlimit', show, () => native.prlimit(pid, resource, wanted, old));
  return was();
}

function showLimit(limit: Limit | null): string {
  if (limit === null) return 'NULL';
  const shown = (value: number) => (decodeRlim(encodeRlim(value)) === Infinity ? 'RLIM64_INFINITY' : value);
  return showStruct({ rlim_cur: shown(limit.soft), rlim_max: shown(limit.hard) });
}

function encodeLimit({ soft, hard }: Limit): Buffer {
  const buffer = Buffer.alloc(16);
  buffer.writeBigUInt64LE(encodeRlim(soft), 0);
  buffer.writeBigUInt64LE(encodeRlim(hard), 8);
  return buffer;
}

/** -1 and 2^64 - 1, which JSON.parse rounds up, are other people's words for no limit. */
function encodeRlim(value: number): bigint {
  return value < 0 || value >= 2 ** 64 ? RLIM_INFINITY : BigInt(value);
}

function decodeRlim(value: bigint): number {
  return value === RLIM_INFINITY ? Infinity : Number(value);
}
