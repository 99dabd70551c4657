// What a shim that was killed could not do any more: end the container's processes and remove its cgroup.
//
// Whoever calls this holds the container's lock, so no shim is at work. What the files say is not trusted further than
// it can be checked: they may be damaged, and a pid may be a stranger's by now.

import { basename } from 'node:path';
import { openCgroup } from '../cgroups/cgroup.ts';
import { POLLIN, SIGKILL } from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { close } from '../linux/files.ts';
import { poll } from '../linux/poll.ts';
import { pidfd_open, pidfd_send_signal } from '../linux/process.ts';
import type { Bundle } from '../runtime/bundle.ts';
import { isAlive, type State } from '../runtime/state.ts';

/** @returns whether there was anything left. */
export function endLeftovers(id: string, state: State, bundle: Bundle | undefined): boolean {
  const hadProcess = killFirstProcess(state);
  const wanted = bundle?.spec.linux?.cgroupsPath ?? `/slipway/${id}`;
  const path = state.cgroupPath ?? wanted;
  if (basename(path) === id) return endCgroup(path) || hadProcess;
  // Only a config.json can ask for another name, and that cgroup may be somebody else's by now.
  if (path === wanted && openCgroup(path).processes().length === 0) return removeCgroup(path) || hadProcess;
  return hadProcess;
}

function endCgroup(path: string): boolean {
  openCgroup(path).killAll();
  return removeCgroup(path);
}

function removeCgroup(path: string): boolean {
  const cgroup = openCgroup(path);
  cgroup.remove();
  return cgroup.parts.length > 0;
}

/** Kills the container's first process, if it is there. With it goes its PID namespace, and so all of the container. */
export function killFirstProcess(state: State): boolean {
  if (isAlive(state) && state.cgroupPath !== undefined) openCgroup(state.cgroupPath).thawAll(); // or it would not die
  return killProcess(() => (isAlive(state) ? state.pid : undefined));
}

/**
 * Kills a process and waits for its end. A pidfd of it is opened, and then `find` must name it again: no stranger who
 * got its pid meanwhile dies.
 * @returns whether it was there.
 */
export function killProcess(find: () => number | undefined): boolean {
  const pid = find();
  const pidfd = pid === undefined ? undefined : tryOpen(pid);
  if (pidfd === undefined) return false;
  try {
    if (find() !== pid) return false;
    pidfd_send_signal(pidfd, SIGKILL);
    poll([{ fd: pidfd, events: POLLIN }], PATIENCE_MS);
    return true;
  } catch (error) {
    if (isErrno(error, 'ESRCH')) return false;
    throw error;
  } finally {
    close(pidfd);
  }
}

/** A process that waits inside the kernel, for a disk say, dies when that is over. */
const PATIENCE_MS = 5000;

function tryOpen(pid: number): number | undefined {
  try {
    return pidfd_open(pid);
  } catch (error) {
    if (isErrno(error, 'ESRCH')) return undefined;
    throw error;
  }
}
