// Takes a container away: its processes, its cgroup, its folder; then its poststop hooks are run.

import { readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openCgroup } from '../cgroups/cgroup.ts';
import { SIGKILL } from '../linux/constants.ts';
import type { Spec } from '../oci.ts';
import { exists } from '../runtime/disk.ts';
import { hookState, runHooksAnyway } from '../runtime/hooks.ts';
import { signalFirst } from './signal.ts';
import type { Container } from './store.ts';

/**
 * Removes a container, whose lock we hold, with all of its processes that there still are. Doing it twice is harmless.
 * @returns sentences about poststop hooks that failed.
 */
export function destroy(container: Container, spec: Spec | undefined): string[] {
  signalFirst(container, SIGKILL);
  const cgroup = openCgroup(container.cgroupPath);
  cgroup.killAll(); // where there is no PID namespace, the first process has left others
  cgroup.remove();
  removeFolder(container.folder);
  return spec === undefined ? [] : poststop(container, spec);
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
