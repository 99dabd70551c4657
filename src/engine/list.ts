// What containers there are, read from the disk and held against the kernel: no daemon is asked.

import { lstatSync } from 'node:fs';
import type { Spec } from '../oci.ts';
import { type Bundle, loadBundle } from '../runtime/bundle.ts';
import { exists } from '../runtime/disk.ts';
import { allIds, nameOfId } from '../runtime/names.ts';
import { containerFolder } from '../runtime/places.ts';
import { loadState, type State } from '../runtime/state.ts';
import { known } from './known.ts';
import { isPaused } from './paused.ts';
import { INIT_PATH } from './spec/process.ts';

/** `damaged` when its files can no longer be read: it can only be removed. */
export type ContainerStatus = State['status'] | 'paused' | 'damaged';

/** One line of `ps`. */
export interface ContainerSummary {
  id: string;
  name: string;
  image: string;
  command: string[];
  /** ISO 8601. */
  createdAt: string;
  status: ContainerStatus;
  labels: Record<string, string>;
  mounts: MountSummary[];
  /** `none`, `host`, or the id of the container whose network it shares. */
  network: string;
  startedAt?: string;
  finishedAt?: string;
  exitCode?: number;
  pid?: number;
  health?: string;
}

/** A folder of the host, or a volume, that is seen in a container. */
export interface MountSummary {
  /** Of the volume. */
  name?: string;
  source: string;
  destination: string;
  isReadonly: boolean;
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
  const { name, image, createdAt, labels, spec } = bundle;
  const status = isPaused(state) ? 'paused' : state.status;
  const about = { id, name, image, command: commandOf(spec), createdAt, labels };
  return { ...about, status, mounts: mountsOf(bundle), network: networkOf(bundle), ...factsOf(state) };
}

/** The program and its arguments, without the init that --init puts in front. */
export function commandOf({ process: { args } }: Spec): string[] {
  return args[0] === INIT_PATH ? args.slice(2) : args;
}

/** container.json is written last. So it is asked for first: what is there before is not damaged, but just being made. */
function isComplete(id: string): boolean {
  return exists(`${containerFolder(id)}/container.json`);
}

function summarizeDamaged(id: string, state: State): ContainerSummary | undefined {
  const folder = lstatSync(containerFolder(id), { throwIfNoEntry: false });
  if (folder === undefined) return undefined; // it has just been removed
  const about = { id, name: nameOfId(id) ?? '', image: '', command: [], createdAt: folder.birthtime.toISOString() };
  const status = state.status === 'running' ? 'running' : 'damaged';
  return { ...about, status, labels: {}, mounts: [], network: '', ...factsOf(state) };
}

function factsOf({ status, startedAt, finishedAt, exitCode, pid, health }: State): Partial<ContainerSummary> {
  const current = status === 'running' ? { pid, health: health?.status } : {};
  return known({ startedAt, finishedAt, exitCode, ...current });
}

/** What the user has mounted: not what every container has. */
export function mountsOf({ id, spec }: Bundle): MountSummary[] {
  return (spec.mounts ?? []).flatMap(({ type, source = '', destination, options = [] }) => {
    const isBind = type === 'bind' || options.includes('bind') || options.includes('rbind');
    if (!isBind || source.startsWith(`${containerFolder(id)}/`) || source.startsWith('/proc/')) return [];
    const [, name] = /\/volumes\/([^/]+)\/_data$/.exec(source) ?? [];
    return [{ ...known({ name }), source, destination, isReadonly: options.some((option) => /^r?ro$/.test(option)) }];
  });
}

function networkOf({ spec, joins }: Bundle): string {
  if (joins.network !== undefined) return `container:${joins.network}`;
  return spec.linux?.namespaces?.some(({ type }) => type === 'network') ? 'none' : 'host';
}
