// The shim: a small process beside each container that starts it, stays its parent, passes its output on, and records
// how it ended. It is forked from the command line and lives as long as the container.

import { detachStdio, makeStdio } from '../exec/stdio.ts';
import { SIGNALS } from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { close } from '../linux/files.ts';
import { _exit, exitCode, pidfd_send_signal, setsid, type WaitStatus } from '../linux/process.ts';
import { blockSignals, signalfd } from '../linux/signals.ts';
import { setRole, step, stepNow } from '../linux/trace.ts';
import type { Bundle } from './bundle.ts';
import { toFailure } from './failure.ts';
import { encodeJson } from './frames.ts';
import { releaseLock } from './lock.ts';
import { Outlet } from './outlet.ts';
import { relay } from './relay.ts';
import { discardContainer, forgetContainer } from './remove.ts';
import { startContainer } from './run.ts';
import { identityOf, saveState } from './state.ts';

/** The signals that a shim hands to the program. */
const FORWARDED = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGUSR1', 'SIGUSR2'] as const;

/**
 * Runs one container from start to end, and the process with it. Called in a forked child; never returns.
 * @param make makes the container on disk.
 * @param clientFd the socket to the command line that asked for it.
 */
export function supervise(make: () => Bundle, clientFd: number): never {
  const { signalFd, client } = settleAsShim(clientFd);
  const notice = (sentence: string) => client.send(encodeJson('notice', { sentence }));
  const { bundle, stdio, running } = orReportFailure(client, () => start(make(), notice));
  const { pid, pidfd, cgroup, terminal } = running;
  const begun = { ...identityOf(pid), cgroupPath: cgroup.path, startedAt: new Date().toISOString() };
  saveState(bundle.id, { status: 'running', ...begun });
  client.send(encodeJson('started', { pid, id: bundle.id, terminal: terminal !== undefined }));

  step('relay');
  const programEnds = stdio ? stdio.shim : { master: terminal as number };
  const onSignal = (signal: number) => pass(signal, pidfd);
  const status = relay({ pid, pidfd, stdio: programEnds, client, signalFd, onSignal, container: bundle.name });

  step('end');
  close(pidfd);
  const ended = { ...describeEnd(status), oomKilled: cgroup.oomKills() > 0 };
  if (bundle.autoRemove) forgetContainer(bundle);
  else saveState(bundle.id, { status: 'exited', ...begun, ...ended, finishedAt: new Date().toISOString() });
  // The user waits no longer: what is left to do is done after the last word.
  client.send(encodeJson('exited', ended));
  const isHeard = client.flush(PATIENCE_MS);
  cgroup.killAll();
  cgroup.remove();
  if (bundle.autoRemove) discardContainer(bundle);
  if (!isHeard) {
    releaseLock(bundle.id); // whoever removes the container does not wait for a reader of its output
    client.flush();
  }
  _exit(0);
}

/** How long the container is kept for a reader of its last words; the words themselves are kept as long as it takes. */
const PATIENCE_MS = 200;

/** A container that could not be started is taken off the disk again, once the user knows. */
function start(bundle: Bundle, notice: (sentence: string) => void) {
  const stdio = bundle.spec.process.terminal ? undefined : makeStdio({ interactive: bundle.interactive });
  try {
    return { bundle, stdio, running: startContainer(bundle, stdio, notice) };
  } catch (error) {
    forgetContainer(bundle);
    discardContainer(bundle);
    throw error;
  }
}

/** Does the work; when it fails, tells the client why and ends this process. */
export function orReportFailure<Result>(client: Outlet, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    client.send(encodeJson('failed', toFailure(error, stepNow())));
    client.flush();
    _exit(1);
  }
}

/** Makes a freshly forked child independent of the terminal and of the pipes that its parent was started with. */
export function settleAsShim(clientFd: number): { signalFd: number; client: Outlet } {
  setRole('shim');
  setsid(); // Ctrl-C in the terminal is for the command line, which passes it on
  const signals = FORWARDED.map((name) => SIGNALS[name]);
  blockSignals([...signals, SIGNALS.SIGPIPE]);
  detachStdio();
  return { signalFd: signalfd(signals), client: new Outlet(clientFd) };
}

/** A signal to the shim is meant for the program. ESRCH: it has just ended. */
export function pass(signal: number, pidfd: number): void {
  try {
    pidfd_send_signal(pidfd, signal);
  } catch (error) {
    if (!isErrno(error, 'ESRCH')) throw error;
  }
}

/** The exit code as Docker gives it, and the signal, if it was one. */
export function describeEnd(status: WaitStatus): { exitCode: number; signal?: number } {
  const { signaled } = status;
  return { exitCode: exitCode(status), ...(signaled === undefined ? {} : { signal: signaled }) };
}
