// The shim: a small process beside each container that starts it, stays its parent, passes its output on, and records
// how it ended. It is forked from the command line and lives as long as the container.

import { detachStdio, makeStdio, type Stdio } from '../exec/stdio.ts';
import { PR_SET_CHILD_SUBREAPER, SIGCHLD, SIGNALS } from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { write } from '../linux/files.ts';
import { _exit, exitCode, pidfd_send_signal, prctl, setsid, type WaitStatus } from '../linux/process.ts';
import { blockSignals, signalfd } from '../linux/signals.ts';
import { setRole, step, stepNow } from '../linux/trace.ts';
import { type Bundle, saveBundle } from './bundle.ts';
import { deafCure } from './deaf.ts';
import { toFailure } from './failure.ts';
import { encodeJson } from './frames.ts';
import { frozenCare } from './frozen.ts';
import { hookState, runHooksAnyway } from './hooks.ts';
import { releaseLock } from './lock.ts';
import { endOrphans, reapOrphans } from './orphans.ts';
import { Outlet } from './outlet.ts';
import { containerFolder } from './places.ts';
import { shimIo } from './program-io.ts';
import { relay } from './relay.ts';
import { forgetContainer, removeQuietly } from './remove.ts';
import { type Running, startContainer } from './run.ts';
import { type State, saveState } from './state.ts';
import { Undo } from './undo.ts';
import type { Records, Way } from './way.ts';

/** The signals that a shim hands to the program. */
const FORWARDED = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGUSR1', 'SIGUSR2'] as const;

/**
 * Runs one container from start to end, and the process with it. Called in a forked child; never returns.
 * @param make makes the container on disk.
 * @param clientFd the socket to the command line that asked for it.
 */
export function supervise(make: () => Bundle, clientFd: number): never {
  const { signalFd, client, notice, tell } = settleAsShim(clientFd);
  orReportFailure(tell, () => {
    const container = start(make(), notice);
    const { pid, terminal } = container.running;
    client.send(encodeJson('started', { pid, id: container.bundle.id, terminal: terminal !== undefined }));
    attend(container, { signalFd, client, notice });
  });
  client.flush();
  _exit(0);
}

interface Started {
  bundle: Bundle;
  stdio: Stdio | undefined;
  running: Running;
}

/** A container that could not be started is taken off the disk again. */
function start(bundle: Bundle, notice: (sentence: string) => void): Started {
  try {
    const stdio = bundle.spec.process.terminal ? undefined : makeStdio({ interactive: bundle.interactive });
    const records: Records = {
      saveBundle: () => saveBundle(bundle),
      saveState: (state) => saveState(bundle.id, state),
    };
    const way: Way = { io: shimIo(stdio), records, notice, bundleFolder: containerFolder(bundle.id) };
    return { bundle, stdio, running: startContainer(bundle, way) };
  } catch (error) {
    removeQuietly(bundle);
    poststop(bundle);
    throw error;
  }
}

/** What these hooks say is for nobody any more: the container is gone. */
function poststop(bundle: Bundle): void {
  const where = { bundleFolder: containerFolder(bundle.id) };
  runHooksAnyway('poststop', bundle.spec, hookState(bundle, where, { status: 'stopped' }));
}

/** From the program's start to its end, and to the end of all that it leaves. */
function attend({ bundle, stdio, running }: Started, { signalFd, client, notice }: Omit<Shim, 'tell'>): void {
  const { pid, pidfd, cgroup, terminal } = running;
  const release = new Undo();
  release.later(() => poststop(bundle));
  release.later(() => releaseLock()); // whoever removes the container does not wait for a reader of its output
  if (bundle.autoRemove) release.later(() => removeQuietly(bundle));
  release.later(() => cgroup.remove());
  release.later(() => endOrphans());
  release.later(() => cgroup.killAll());
  try {
    step('relay');
    blockSignals([SIGCHLD]); // not before: Node waits for it when box is made
    const ends = stdio ? stdio.shim : { master: terminal as number };
    const onSignal = (signal: number) => pass(signal, pid, pidfd);
    const { name: container, endsWithClient = false } = bundle;
    const everySecond = frozenCare(bundle.spec, pid, cgroup);
    const watched = { pid, pidfd, signalFd, onSignal, everySecond };
    const status = relay({ ...watched, stdio: ends, client, endsWithClient, cure: deafCure(container) });
    step('end');
    const ended = { ...describeEnd(status), oomKilled: cgroup.oomKills() > 0 };
    recordEnd(bundle, { ...running.state, ...ended }, notice);
    // The user waits no longer: what is left to do is done after the last word.
    client.send(encodeJson('exited', ended));
    client.flush(PATIENCE_MS);
  } finally {
    release.run();
  }
}

/** How long the container is kept for a reader of its last words; the words themselves are kept as long as it takes. */
const PATIENCE_MS = 200;

/** On a full disk this may fail. The program's end is told nevertheless. */
function recordEnd(bundle: Bundle, state: State, notice: (sentence: string) => void): void {
  try {
    if (bundle.autoRemove) forgetContainer(bundle);
    else saveState(bundle.id, { ...state, status: 'exited', finishedAt: new Date().toISOString() });
  } catch (error) {
    notice(`the container's end could not be recorded: ${toFailure(error).message}`);
  }
}

/** Does the work; when it fails, tells the client why and ends this process. */
export function orReportFailure<Result>(tell: (frame: Buffer) => void, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    tell(encodeJson('failed', toFailure(error, stepNow())));
    _exit(1);
  }
}

/** What a shim has to do with. */
interface Shim {
  signalFd: number;
  client: Outlet;
  /** Says a sentence to the user. */
  notice: (sentence: string) => void;
  /** Sends a last frame, and waits until it is taken. */
  tell: (frame: Buffer) => void;
}

/** Makes a freshly forked child independent of the terminal and of the pipes that its parent was started with. */
export function settleAsShim(clientFd: number): Shim {
  setRole('shim');
  return orReportFailure(
    (frame) => void write(clientFd, frame),
    () => {
      setsid(); // Ctrl-C in the terminal is for the command line, which passes it on
      const signals = FORWARDED.map((name) => SIGNALS[name]);
      blockSignals([...signals, SIGNALS.SIGPIPE]);
      prctl(PR_SET_CHILD_SUBREAPER, 1); // what a program leaves becomes our child, where it has no PID 1 of its own
      detachStdio();
      const client = new Outlet(clientFd);
      const notice = (sentence: string) => client.send(encodeJson('notice', { sentence }));
      const tell = (frame: Buffer) => {
        client.send(frame);
        client.flush();
      };
      return { signalFd: signalfd([...signals, SIGCHLD]), client, notice, tell };
    },
  );
}

/** A signal to the shim is meant for the program; but SIGCHLD says that some child of ours has ended. */
export function pass(signal: number, pid: number, pidfd: number): void {
  if (signal === SIGCHLD) return reapOrphans(pid);
  try {
    pidfd_send_signal(pidfd, signal);
  } catch (error) {
    if (!isErrno(error, 'ESRCH')) throw error; // it has just ended
  }
}

/** The exit code as Docker gives it, and the signal, if it was one. */
export function describeEnd(status: WaitStatus): { exitCode: number; signal?: number } {
  const { signaled } = status;
  return { exitCode: exitCode(status), ...(signaled === undefined ? {} : { signal: signaled }) };
}
