// Removes a container: its processes if that is wanted, its folder, its name and its anonymous volumes.

import { close } from '../linux/files.ts';
import { poll } from '../linux/poll.ts';
import { loadBundle } from '../runtime/bundle.ts';
import { exists } from '../runtime/disk.ts';
import { tellEvent } from '../runtime/events.ts';
import { lockHolder, tryLock } from '../runtime/lock.ts';
import { findContainer, nameOfId } from '../runtime/names.ts';
import { containerFolder } from '../runtime/places.ts';
import { discardContainer, forgetContainer } from '../runtime/remove.ts';
import { loadState, type State } from '../runtime/state.ts';
import { endLeftovers, killFirstProcess, killProcess } from './leftovers.ts';
import { killForGood } from './stop.ts';

/**
 * Removes the container that `reference` names. Its anonymous volumes stay, unless `volumes` is given, as with Docker.
 * @param id where that has been looked up already: then it is no error that the container is gone by now.
 * @throws Error when it runs and `force` is not given, or there is none.
 */
export function remove(
  reference: string,
  { force, volumes }: { force: boolean; volumes: boolean },
  id = findContainer(reference),
): void {
  const lock = awaitEnd(id, reference, force);
  if (lock !== undefined) removeLocked(id, lock, volumes);
}

/**
 * Ends the programs of all these containers at once, for those who are going to remove them one after another.
 * @returns the id of each that there is: at its end one with --rm goes by itself.
 */
export function endAll(references: readonly string[]): Map<string, string> {
  const found = new Map(references.flatMap(tryFind));
  killForGood([...found.values()]);
  return found;
}

function tryFind(reference: string): [reference: string, id: string][] {
  try {
    return [[reference, findContainer(reference)]];
  } catch {
    return []; // remove() says so
  }
}

/** How long a shim has to end its container before it is ended itself: it may be stopped, or wait for a dead disk. */
const PATIENCE_MS = 5000;
const PAUSE_MS = 5;

/**
 * Waits until the shim of a container that has ended lets go. With `force` a container that runs, or is just being
 * started, is ended first.
 * @returns the lock, or undefined when the container is gone: removed at its end (--rm), or by somebody else.
 */
function awaitEnd(id: string, reference: string, force: boolean): number | undefined {
  const folder = containerFolder(id);
  const deadline = Date.now() + PATIENCE_MS;
  while (exists(folder)) {
    const state = loadState(id);
    const lock = tryLock(folder);
    if (lock !== undefined && (force || state.status !== 'running')) return lock;
    if (lock !== undefined) close(lock); // its shim was killed, and yet it runs
    if (!force && !hasEnded(state)) throw new Error(refusal(reference, state));
    killForGood([id]);
    if (state.status === 'running') killFirstProcess(id, state);
    if (isUnknown(state) || Date.now() > deadline) killProcess(() => lockHolder(folder));
    poll([], PAUSE_MS);
  }
  return undefined;
}

/** A damaged state.json does not say which process is the first one; that goes with its shim. */
function isUnknown({ status, pid }: State): boolean {
  return status === 'exited' && pid === undefined;
}

function hasEnded(state: State): boolean {
  return state.status === 'exited' && !isUnknown(state);
}

function refusal(reference: string, state: State): string {
  const running = isUnknown(state) ? 'it is running, and its state.json is damaged' : `it is ${state.status}`;
  const why = state.status === 'created' ? 'it is just being started' : running;
  return `cannot remove container "${reference}": ${why}. Stop its program first, or remove it with \`slipway rm -f\``;
}

/** What a shim that was killed could not do any more is done here too. */
function removeLocked(id: string, lock: number, volumes: boolean): void {
  try {
    const bundle = loadBundle(id);
    endLeftovers(id, loadState(id), bundle);
    forgetContainer({ id, name: bundle?.name ?? nameOfId(id) ?? '' });
    if (bundle !== undefined) tellEvent(bundle, 'destroy');
    discardContainer(id, bundle, { keepVolumes: !volumes });
  } finally {
    close(lock);
  }
}
