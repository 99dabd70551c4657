// What containers there are, read from the disk and held against the kernel: no daemon is asked.

import { lstatSync } from 'node:fs';
import { type Bundle, loadBundle } from '../runtime/bundle.ts';
import { exists } from '../runtime/disk.ts';
import { allIds, nameOfId } from '../runtime/names.ts';
import { containerFolder } from '../runtime/places.ts';
import { loadState, type State } from '../runtime/state.ts';
import { known } from './known.ts';

/** One line of `ps`. */
export interface ContainerSummary {
  id: string;
  name: string;
  image: string;
  command: string[];
  /** ISO 8601. */
  createdAt: string;
  /** `damaged` when its files can no longer be read: it can only be removed. */
  status: State['status'] | 'damaged';
  startedAt?: string;
  finishedAt?: string;
  exitCode?: number;
  pid?: number;
}

/** All containers, the newest first. One that is just being made is not there yet. */
export function list(): ContainerSummary[] {
  return allIds()
    .filter(isComplete)
    .map((id) => summarize(id, loadBundle(id), loadState(id)))
    .filter((summary) => summary !== undefined)
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt));
}

function summarize(id: string, bundle: Bundle | undefined, state: State): ContainerSummary | undefined {
  if (bundle === undefined) return summarizeDamaged(id, state);
  const { name, image, createdAt, spec } = bundle;
  return { id, name, image, command: spec.process.args, createdAt, status: state.status, ...factsOf(state) };
}

/** container.json is written last. So it is asked for first: what is there before is not damaged, but just being made. */
function isComplete(id: string): boolean {
  return exists(`${containerFolder(id)}/container.json`);
}

function summarizeDamaged(id: string, state: State): ContainerSummary | undefined {
  const folder = lstatSync(containerFolder(id), { throwIfNoEntry: false });
  if (folder === undefined) return undefined; // it has just been removed
  const status = state.status === 'running' ? 'running' : 'damaged';
  const createdAt = folder.birthtime.toISOString();
  return { id, name: nameOfId(id) ?? '', image: '', command: [], createdAt, status, ...factsOf(state) };
}

function factsOf({ status, startedAt, finishedAt, exitCode, pid }: State): Partial<ContainerSummary> {
  return known({ startedAt, finishedAt, exitCode, pid: status === 'running' ? pid : undefined });
}
