// Processes: become a program, signal one, end.

import { AT_EMPTY_PATH, SIGNALS } from './constants.ts';
import { quote, showConstant } from './decode.ts';
import { bind, bindNumber, call } from './door.ts';
import { isTracing, traceCall } from './trace.ts';

export { prctl } from './prctl.ts';
export { type Limit, prlimit } from './prlimit.ts';
export { type ChildInfo, decodeStatus, exitCode, type WaitStatus, waitid, waitpid } from './wait.ts';

const native = {
  execve: bind('int execve(const char *path, const char **argv, const char **envp)'),
  execveat: bindNumber('execveat', 'int fd, const char *path, const char **argv, const char **envp, int flags'),
  pidfd_getfd: bindNumber('pidfd_getfd', 'int pidfd, int fd, unsigned int flags'),
  pidfd_open: bindNumber('pidfd_open', 'int pid, unsigned int flags'),
  pidfd_send_signal: bindNumber('pidfd_send_signal', 'int pidfd, int signal, void *info, unsigned int flags'),
  kill: bind('int kill(int pid, int signal)'),
  _exit: bind('void _exit(int status)'),
  setsid: bind('int setsid()'),
  getpid: bind('int getpid()'),
  getppid: bind('int getppid()'),
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

/** man 2 execveat: as execve, with the program that `fd` is open on. A descriptor leads to one file, whatever its name. */
export function execveat(fd: number, argv: string[], envp: string[]): void {
  const show = () => `${fd}, "", [${argv.map(quote).join(', ')}], … /* ${envp.length} vars */, AT_EMPTY_PATH`;
  if (isTracing()) traceCall('execveat', show(), undefined);
  call('execveat', show, () => native.execveat(fd, '', [...argv, null], [...envp, null], AT_EMPTY_PATH));
}

/** man 2 pidfd_open: a descriptor of a process, which never comes to mean another one. ESRCH when it is gone. */
export function pidfd_open(pid: number): number {
  const show = () => `${pid}, 0`;
  return call('pidfd_open', show, () => native.pidfd_open(pid, 0));
}

/**
 * man 2 pidfd_getfd: a copy of a descriptor that another process has open, closed by execve. EPERM without the right to
 * trace it, EBADF when it has none of that number.
 */
export function pidfd_getfd(pidfd: number, fd: number): number {
  const show = () => `${pidfd}, ${fd}, 0`;
  return call('pidfd_getfd', show, () => native.pidfd_getfd(pidfd, fd, 0));
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
