// `start`: a container that was made before, or has ended, gets a shim and runs (again). `create` makes one for it.

import { close } from '../linux/files.ts';
import { poll } from '../linux/poll.ts';
import { type Bundle, loadBundle, saveBundle } from '../runtime/bundle.ts';
import type { Parting } from '../runtime/client.ts';
import { exists } from '../runtime/disk.ts';
import { tellEvent } from '../runtime/events.ts';
import { adoptLock, releaseLock, tryLock } from '../runtime/lock.ts';
import { findContainer, noSuchContainer } from '../runtime/names.ts';
import { containerFolder } from '../runtime/places.ts';
import { removeQuietly } from '../runtime/remove.ts';
import { ensureSealed } from '../runtime/seal.ts';
import { loadState, saveState } from '../runtime/state.ts';
import { bundleOf } from './bundle-of.ts';
import { createContainer } from './create.ts';
import { endLeftovers } from './leftovers.ts';
import type { ContainerOptions } from './options.ts';
import { isPaused } from './paused.ts';
import { forkShim, leave, NO_STREAMS, type StayOptions, stay, withCidFile } from './run.ts';
import { type StopOptions, stop } from './stop.ts';

/** Makes a container that can be started. @returns its id. @throws Error for what cannot be had; nothing is left then. */
export function create(options: ContainerOptions): Promise<string> {
  ensureSealed();
  return withCidFile(options, () => {
    const bundle = createContainer(options);
    try {
      saveBundle(bundle);
      saveState(bundle.id, { status: 'created' });
      return bundle.id;
    } catch (error) {
      removeQuietly(bundle);
      throw error;
    } finally {
      releaseLock();
    }
  });
}

/** Starts a container in the background. One that runs already is left as it is. */
export function start(reference: string, notice: (sentence: string) => void): void {
  ensureSealed();
  const id = findContainer(reference);
  const claim = claimStopped(id, reference);
  if (claim !== 'running') leave(startClaimed(claim, NO_STREAMS), notice);
}

/** Starts a container and stays with it. @throws Error when it runs already. */
export function startAttached(
  reference: string,
  options: StayOptions,
  notice: (sentence: string) => void,
): Promise<Parting> | 'running' {
  ensureSealed();
  const claim = claimStopped(findContainer(reference), reference);
  if (claim === 'running') return 'running';
  return stay(startClaimed(claim, options.attached ?? NO_STREAMS), options, notice);
}

/** What `start -a` has to know before: whether its program has a terminal, and reads what is typed. */
export function startable(reference: string): { tty: boolean; interactive: boolean } {
  const bundle = bundleOf(findContainer(reference), reference);
  return { tty: bundle.spec.process.terminal ?? false, interactive: bundle.interactive };
}

/** Stops a container, if it runs, and starts it. */
export function restart(reference: string, options: StopOptions, notice: (sentence: string) => void): void {
  const fail = (_: string, error: unknown) => {
    throw error;
  };
  stop([reference], options, { done: () => {}, failed: fail });
  start(reference, notice);
  const bundle = loadBundle(findContainer(reference));
  if (bundle) tellEvent(bundle, 'restart');
}

/** A container that does not run, and that nobody else can start or remove now. */
interface Claim {
  bundle: Bundle;
  /** The descriptor of its lock. */
  lock: number;
}

/** Forks a shim for it, which has the lock from then on. @returns the socket to the shim. */
function startClaimed({ bundle, lock }: Claim, wants: NonNullable<StayOptions['attached']>): number {
  try {
    const open = () => {
      adoptLock(lock);
      return bundle;
    };
    return forkShim(open, { wants, isKept: true });
  } finally {
    close(lock);
  }
}

/** How long the shim of a container that has ended may need to let go. */
const PATIENCE_MS = 10_000;
const PAUSE_MS = 5;

/** Takes the lock of a container that does not run. @throws Error when it cannot be started. */
export function claimStopped(id: string, reference: string): Claim | 'running' {
  const folder = containerFolder(id);
  const deadline = Date.now() + PATIENCE_MS;
  while (exists(folder)) {
    const lock = tryLock(folder);
    if (lock !== undefined) return claimLocked(id, reference, lock);
    const state = loadState(id);
    if (isPaused(state)) throw new Error('cannot start a paused container, try unpause instead');
    if (state.status === 'running' || state.status === 'restarting') return 'running';
    if (Date.now() > deadline) throw new Error(`container ${reference} cannot be started: its shim does not let it go`);
    poll([], PAUSE_MS);
  }
  throw noSuchContainer(reference);
}

function claimLocked(id: string, reference: string, lock: number): Claim {
  try {
    const bundle = bundleOf(id, reference);
    const state = loadState(id);
    if (state.startedAt !== undefined) endLeftovers(id, state, bundle); // of a shim that was killed
    return { bundle, lock };
  } catch (error) {
    close(lock);
    throw error;
  }
}
