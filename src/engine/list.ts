// What containers there are, read from the disk and held against the kernel: no daemon is asked.

import { type Bundle, loadBundle } from '../runtime/bundle.ts';
import { allIds } from '../runtime/names.ts';
import { loadState, type State } from '../runtime/state.ts';

/** One line of `ps`. */
export interface ContainerSummary {
  id: string;
  name: string;
  image: string;
  command: string[];
  /** ISO 8601. */
  createdAt: string;
  status: State['status'];
  startedAt?: string;
  finishedAt?: string;
  exitCode?: number;
  pid?: number;
}

/** All containers, the newest first. One whose folder is damaged is left out: `slipway clean` removes it. */
export function list(): ContainerSummary[] {
  return allIds()
    .map((id) => loadBundle(id))
    .filter((bundle): bundle is Bundle => bundle !== undefined)
    .map((bundle) => summarize(bundle, loadState(bundle.id)))
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt));
}

function summarize({ id, name, image, createdAt, spec }: Bundle, state: State): ContainerSummary {
  const { status, startedAt, finishedAt, exitCode, pid } = state;
  const known = { startedAt, finishedAt, exitCode, pid: status === 'running' ? pid : undefined };
  const facts = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
  return { id, name, image, command: spec.process.args, createdAt, status, ...facts };
}
