// How a forked child becomes a shim, be it that of a container or the supervisor of an `exec`: a process of its own, with
// neither terminal nor event loop, that reads signals from a descriptor and talks with clients.

import { detachStdio } from '../exec/stdio.ts';
import { PR_SET_CHILD_SUBREAPER, SIGCHLD, SIGNALS } from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { write } from '../linux/files.ts';
import { _exit, exitCode, pidfd_send_signal, prctl, setsid, type WaitStatus } from '../linux/process.ts';
import { blockSignals, signalfd } from '../linux/signals.ts';
import { setRole, stepNow, traceFd } from '../linux/trace.ts';
import { type Client, Clients } from './clients.ts';
import { closeGiven } from './descriptors.ts';
import { toFailure } from './failure.ts';
import { encodeJson, type Streams } from './frames.ts';
import { reapOrphans } from './orphans.ts';
import { Timers } from './timers.ts';

/** The signals that a shim hands to the program. */
const FORWARDED = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGUSR1', 'SIGUSR2'] as const;

/** What a shim has to do with. */
export interface Shim {
  signalFd: number;
  clients: Clients;
  /** The command line that it was forked from. */
  client: Client;
  timers: Timers;
  /** Says a sentence to the user. */
  notice: (sentence: string) => void;
  /** Sends the command line a last frame, and waits until it is taken. */
  tell: (frame: Buffer) => void;
}

/**
 * Makes a freshly forked child independent of the terminal and of the pipes that its parent was started with.
 * @param wants which of the program's streams go to the parent; without it, all.
 * @param preservedFds how many descriptors from 3 on are for the program.
 */
export function settleAsShim(clientFd: number, wants?: Streams, preservedFds = 0): Shim {
  setRole('shim');
  return orReportFailure(
    (frame) => void write(clientFd, frame),
    () => {
      setsid(); // Ctrl-C in the terminal is for the command line, which passes it on
      const signals = FORWARDED.map((name) => SIGNALS[name]);
      blockSignals([...signals, SIGNALS.SIGPIPE]);
      prctl(PR_SET_CHILD_SUBREAPER, 1); // what a program leaves becomes our child, where it has no PID 1 of its own
      detachStdio();
      closeGiven(3 + preservedFds, [clientFd, traceFd() ?? clientFd]);
      const timers = new Timers();
      const clients = new Clients(timers);
      const client = clients.addStarter(clientFd, wants);
      const notice = (sentence: string) => client.send(encodeJson('notice', { sentence }));
      const tell = (frame: Buffer) => {
        client.send(frame);
        client.outlet.flush();
      };
      return { signalFd: signalfd([...signals, SIGCHLD]), clients, client, timers, notice, tell };
    },
  );
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
