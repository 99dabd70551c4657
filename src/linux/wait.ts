// Waiting for a child: how it ended, or what has become of it (man 2 wait).

import { CHILD_CODES, ID_TYPES, SIGNALS, WAIT_OPTIONS } from './constants.ts';
import { showConstant, showFlags, showStruct } from './decode.ts';
import { bind, call } from './door.ts';

const native = {
  waitpid: bind('int waitpid(int pid, void *status, int options)'),
  waitid: bind('int waitid(int idType, unsigned int id, void *info, int options)'),
};

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
