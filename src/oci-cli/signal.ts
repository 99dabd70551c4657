// Signals to a container's first process, or to all that it has.

import { openCgroup } from '../cgroups/cgroup.ts';
import { SIGKILL } from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { close } from '../linux/files.ts';
import { kill, pidfd_open, pidfd_send_signal } from '../linux/process.ts';
import { isAlive } from '../runtime/state.ts';
import { processesOf } from './processes.ts';
import type { Container } from './store.ts';

/** @returns false when the process is gone. A stranger that got its pid meanwhile gets no signal. */
export function signalFirst(container: Container, signal: number): boolean {
  const { pid } = container;
  const isOurs = () => isAlive({ ...container, status: 'running' });
  if (pid === undefined || !isOurs()) return false;
  let pidfd: number | undefined;
  try {
    pidfd = pidfd_open(pid);
    if (!isOurs()) return false;
    pidfd_send_signal(pidfd, signal);
    return true;
  } catch (error) {
    if (isErrno(error, 'ESRCH')) return false;
    throw error;
  } finally {
    if (pidfd !== undefined) close(pidfd);
  }
}

/** Every process of it gets the signal. With SIGKILL none of its cgroup is left, also of those that go on forking. */
export function signalAll(container: Container, signal: number): void {
  if (signal === SIGKILL) openCgroup(container.cgroupPath).killAll();
  for (const pid of processesOf(container)) {
    try {
      kill(pid, signal);
    } catch (error) {
      if (!isErrno(error, 'ESRCH')) throw error;
    }
  }
}
