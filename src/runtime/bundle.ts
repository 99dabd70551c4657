// A container as the runtime takes it: the specification, and what the specification has no words for.
// It lies in the container's folder as config.json and container.json.

import { join } from 'node:path';
import { LOCK_EX } from '../linux/constants.ts';
import { close } from '../linux/files.ts';
import type { NamespaceType, Spec } from '../oci.ts';
import { exists } from './disk.ts';
import type { HealthCheck } from './health.ts';
import { closeGate } from './lock.ts';
import type { LogOptions } from './log.ts';
import { containerFolder, place } from './places.ts';
import type { RestartPolicy } from './restart.ts';
import { readJson, writeWhole } from './whole-file.ts';

/** As much of it as has to do with making a container run. */
export interface Runnable {
  /** 64 hex digits. */
  id: string;
  /** The image's layers as folders, the topmost first; none when the root is a plain folder. */
  layers: string[];
  /** Bytes: the root is a copy of this machine's (machine-root.ts), and so much memory takes what changes in it. */
  memorySize?: number;
  /** Volumes that are new and take the image's content at their place. */
  copyUps: CopyUp[];
  spec: Spec;
}

export interface Bundle extends Runnable {
  name: string;
  /** What `ps` shows as the image. */
  image: string;
  createdAt: string;
  /** Removed as soon as it ends (--rm). */
  autoRemove: boolean;
  /** Anonymous volumes, removed with the container. */
  anonymousVolumes: string[];
  /** Whether the program's stdin is open (-i), and whether it ends with the first client that writes to it. */
  interactive: boolean;
  stdinOnce: boolean;
  /** The ids of the containers whose namespaces it joins. */
  joins: Partial<Record<NamespaceType, string>>;
  labels: Record<string, string>;
  log: LogOptions;
  restart: RestartPolicy;
  health?: HealthCheck;
  /** The signal that asks the program to end, and how many seconds it has for that; -1 is for ever. */
  stopSignal: number;
  stopTimeout: number;
  /** The program is killed when the command line that started it is gone. */
  endsWithClient?: boolean;
  /** What the user has asked for, as the engine takes it; only `inspect` and `update` want to know. */
  asked?: object;
}

export interface CopyUp {
  destination: string;
  volumeFolder: string;
}

/** Writes config.json, which other people's tools read, and container.json with the rest. */
export function saveBundle(bundle: Bundle): void {
  writeWhole(join(containerFolder(bundle.id), 'config.json'), `${JSON.stringify(bundle.spec, null, 2)}\n`);
  saveRest(bundle);
}

/** Writes container.json alone. */
export function saveRest({ spec: _, ...rest }: Bundle): void {
  writeWhole(join(containerFolder(rest.id), 'container.json'), `${JSON.stringify(rest, null, 2)}\n`);
}

/**
 * Changes what container.json says, for a container that may be running. Of several who do so at once, each sees what the
 * one before has made of it.
 * @throws Error when there is no such container, or its files are damaged.
 */
export function changeBundle(id: string, change: (bundle: Bundle) => Bundle): void {
  const gate = closeGate(place('containers'), LOCK_EX);
  try {
    const bundle = loadBundle(id);
    if (bundle === undefined) throw new Error(`the files of container ${id.slice(0, 12)} are damaged`);
    saveRest(change(bundle));
  } catch (error) {
    if (!exists(containerFolder(id))) throw new Error(`container ${id.slice(0, 12)} has just been removed`);
    throw error;
  } finally {
    close(gate);
  }
}

/** The container's bundle, or undefined when one of its files is missing or damaged. */
export function loadBundle(id: string, folder = containerFolder(id)): Bundle | undefined {
  const rest = readJson(join(folder, 'container.json'));
  const spec = readJson(join(folder, 'config.json'));
  const bundle = { ...rest, spec };
  return isBundle(bundle) && bundle.id === id ? bundle : undefined;
}

/** True when all is there that is used without another look. */
function isBundle(value: object): value is Bundle {
  const { name, image, createdAt, layers, copyUps, anonymousVolumes, joins, labels, log, restart, spec } =
    value as Partial<Bundle>;
  const texts = [name, image, createdAt, spec?.root?.path, log?.driver, restart?.name];
  const lists = [layers, copyUps, anonymousVolumes, spec?.process?.args];
  return (
    texts.every((each) => typeof each === 'string') &&
    lists.every(Array.isArray) &&
    [joins, labels].every((each) => typeof each === 'object')
  );
}
