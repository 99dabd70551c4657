// `pause` and `unpause`: the kernel's freezer stops all processes of a container where they are, and lets them go on. There
// is nothing to be written down: whether a container is paused, the kernel tells.

import { openCgroup } from '../cgroups/cgroup.ts';
import { loadBundle } from '../runtime/bundle.ts';
import { tellEvent } from '../runtime/events.ts';
import { findContainer } from '../runtime/names.ts';
import { loadState } from '../runtime/state.ts';
import { isPaused } from './paused.ts';

/** @throws Error when it does not run, is paused already, or has no cgroup that could be frozen. */
export function pause(reference: string): void {
  const { id, state, path } = runningCgroup(reference);
  if (isPaused(state)) throw new Error(`Container ${reference} is already paused`);
  try {
    openCgroup(path).freeze();
  } catch (error) {
    if (loadState(id).status !== 'running') throw notRunning(reference); // it has ended just now, and its cgroup with it
    throw error;
  }
  tell(id, 'pause');
}

/** @throws Error when it is not paused. */
export function unpause(reference: string): void {
  const { id, state, path } = runningCgroup(reference);
  if (!isPaused(state)) throw new Error(`Container ${reference} is not paused`);
  openCgroup(path).thaw();
  tell(id, 'unpause');
}

function notRunning(reference: string): Error {
  return new Error(`Container ${reference} is not running`);
}

function tell(id: string, action: string): void {
  const bundle = loadBundle(id);
  if (bundle) tellEvent(bundle, action);
}

function runningCgroup(reference: string) {
  const id = findContainer(reference);
  const state = loadState(id);
  if (state.status !== 'running') throw notRunning(reference);
  return { id, state, path: state.cgroupPath ?? `/slipway/${id}` };
}
