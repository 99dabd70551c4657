// Takes a container away: its processes, its cgroup, its folder; then its poststop hooks are run.

import { readdirSync, rmdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { openCgroup } from '../cgroups/cgroup.ts';
import { SIGKILL } from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import type { Spec } from '../oci.ts';
import { exists } from '../runtime/disk.ts';
import { hookState, runHooksAnyway } from '../runtime/hooks.ts';
import { signalFirst } from './signal.ts';
import type { Container } from './store.ts';

/**
 * Removes a container, whose lock we hold, with all of its processes that there still are. Doing it twice is harmless.
 * @returns sentences about what is left, and about poststop hooks that failed.
 */
export function destroy(container: Container, spec: Spec | undefined): string[] {
  signalFirst(container, SIGKILL);
  const left = container.cgroupPath === undefined ? removeUnfinished(container, spec) : endCgroup(container);
  removeFolder(container.folder);
  return spec === undefined ? left : [...left, ...poststop(container, spec)];
}

/** A PID namespace ends with its first process. Who has none of their own may have left others, all in the cgroup. */
function endCgroup({ cgroupPath, sharesPids }: Container): string[] {
  const cgroup = openCgroup(cgroupPath);
  cgroup.thawAll(); // frozen processes of v1 do not even die
  if (sharesPids) cgroup.killAll();
  try {
    cgroup.remove();
    return [];
  } catch (error) {
    if (!isErrno(error, 'EBUSY')) throw error;
    return [`the cgroup ${cgroupPath} stays: there are processes in it that are not this container's`];
  }
}

/** Its making was ended in the midst. Who is in a cgroup of another name than the container's may be a stranger. */
function removeUnfinished({ id, status }: Container, spec: Spec | undefined): string[] {
  const path = spec?.linux?.cgroupsPath ?? `/slipway/${id}`;
  if (status === 'creating' && basename(path).includes(id)) {
    const cgroup = openCgroup(path);
    if (cgroup.processes().length === 0) cgroup.remove();
  }
  return [];
}

/** state.json goes last: as long as it is there, `delete` knows what is still to do. */
export function removeFolder(folder: string): void {
  if (!exists(folder)) return;
  for (const name of readdirSync(folder)) {
    if (name !== 'state.json') rmSync(join(folder, name), { recursive: true, force: true });
  }
  rmSync(join(folder, 'state.json'), { force: true });
  rmdirSync(folder);
}

/** Runs the hooks of a container that is gone. @returns a sentence for each that failed. */
export function poststop({ id, bundle }: Pick<Container, 'id' | 'bundle'>, spec: Spec): string[] {
  const state = hookState({ id, spec }, { bundleFolder: bundle }, { status: 'stopped' });
  return runHooksAnyway('poststop', spec, state);
}
