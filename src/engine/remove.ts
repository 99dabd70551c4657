// Removes a container: its processes if that is wanted, its folder, its name and its anonymous volumes.

import { openCgroup } from '../cgroups/cgroup.ts';
import { SIGKILL } from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { close } from '../linux/files.ts';
import { pidfd_open, pidfd_send_signal } from '../linux/process.ts';
import { type Bundle, loadBundle } from '../runtime/bundle.ts';
import { awaitLock } from '../runtime/lock.ts';
import { findContainer } from '../runtime/names.ts';
import { discardContainer, forgetContainer } from '../runtime/remove.ts';
import { isAlive, loadState } from '../runtime/state.ts';

/**
 * Removes the container that `reference` names.
 * @throws Error when it runs and `force` is not given, or there is none.
 */
export function remove(reference: string, { force }: { force: boolean }): void {
  const id = findContainer(reference);
  const state = loadState(id);
  if (state.status === 'running') {
    if (!force) {
      throw new Error(
        `cannot remove container "${reference}": it is running. Stop its program first, or remove it with \`slipway rm -f\``,
      );
    }
    killFirstProcess(id);
  }
  const lock = awaitLock(id); // its shim lets go when it has recorded the end
  try {
    const bundle = loadBundle(id);
    if (bundle) removeRest(bundle, state.cgroupPath);
  } finally {
    close(lock);
  }
}

/** What a shim that was killed could not do any more is done here; after an orderly end there is nothing left of it. */
function removeRest(bundle: Bundle, cgroupPath = `/slipway/${bundle.id}`): void {
  const cgroup = openCgroup(cgroupPath);
  cgroup.killAll();
  cgroup.remove();
  forgetContainer(bundle);
  discardContainer(bundle);
}

/** With it goes its PID namespace, and so all of the container. A pidfd is opened and then looked at: no stranger dies. */
function killFirstProcess(id: string): void {
  const state = loadState(id);
  if (state.pid === undefined) return;
  try {
    const pidfd = pidfd_open(state.pid);
    if (isAlive(state)) pidfd_send_signal(pidfd, SIGKILL);
    close(pidfd);
  } catch (error) {
    if (!isErrno(error, 'ESRCH')) throw error;
  }
}
