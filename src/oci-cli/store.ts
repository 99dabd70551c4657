// Where the state of containers lies. `tree /run/slipway-oci` shows all of it:
//
//     <id>/config.json     the bundle's, as it was at `create`
//     <id>/state.json      what is known of the container
//     <id>/exec.fifo       where it waits for `start`
//
// The folder's making claims the id, and its lock (runtime/lock.ts) is held by whoever changes the container.

import { join } from 'node:path';
import type { Spec } from '../oci.ts';
import { isCode, makeFolders, namesIn } from '../runtime/disk.ts';
import { makeLockedFolder } from '../runtime/lock.ts';
import { readJson, writeWhole } from '../runtime/whole-file.ts';

/** What state.json says. The process is known by the facts of runtime/state.ts. */
export interface Stored {
  ociVersion: string;
  id: string;
  /** The bundle's folder, and in it the root's. */
  bundle: string;
  rootfs: string;
  /** ISO 8601. */
  created: string;
  annotations?: Record<string, string>;
  /** `creating` until its program waits for `start`. What it is afterwards, the kernel says (status.ts). */
  status: 'creating' | 'created';
  /** From when on it is the container's own: until then there may be somebody else in it. */
  cgroupPath?: string;
  /** It has no PID namespace of its own, so its first process may leave others behind. */
  sharesPids?: boolean;
  pid?: number;
  pidStartedAt?: string;
  bootId?: string;
}

export interface Container extends Stored {
  folder: string;
}

/** @throws Error for an id that could lead out of the root, or that no file may have. */
export function folderOf(root: string, id: string): string {
  if (/^[\w+.-]+$/.test(id) && id !== '.' && id !== '..' && id.length <= 255) return join(root, id);
  throw new Error(`invalid container id "${id}": it is made of letters, digits and _ + - . alone, at most 255`);
}

/** Makes the folder of a new container and holds its lock. @returns the folder. @throws Error when the id is taken. */
export function claim(root: string, id: string): string {
  const folder = folderOf(root, id);
  makeFolders(root, 0o711);
  try {
    makeLockedFolder(folder);
    return folder;
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
    throw new Error(`container with id "${id}" already exists in ${root}: \`slipway-oci delete\` removes it`);
  }
}

export function save({ folder, ...stored }: Container): void {
  writeWhole(join(folder, 'state.json'), `${JSON.stringify(stored, null, 2)}\n`);
}

/** @throws Error when there is none, or it is damaged. */
export function load(root: string, id: string): Container {
  const container = tryLoad(root, id);
  if (container === undefined) throw new Error(`container "${id}" does not exist in ${root}`);
  return container;
}

/** Undefined also for a folder that was never complete. */
export function tryLoad(root: string, id: string): Container | undefined {
  const folder = folderOf(root, id);
  const stored = readJson(join(folder, 'state.json'));
  return stored && isStored(stored) ? { ...stored, folder } : undefined;
}

function isStored(value: object): value is Stored {
  const { id, bundle, created } = value as Partial<Stored>;
  return [id, bundle, created].every((each) => typeof each === 'string');
}

/** All that are complete, by name. */
export function loadAll(root: string): Container[] {
  const ids = namesIn(root).filter((name) => /^[\w+.-]+$/.test(name));
  return ids.sort().flatMap((id) => tryLoad(root, id) ?? []);
}

/** @throws Error for one whose parts, also those that nobody knows, lie in one another too deeply to be written. */
export function saveConfig(folder: string, spec: Spec): void {
  writeWhole(join(folder, 'config.json'), textOf(spec));
}

function textOf(spec: Spec): string {
  try {
    return JSON.stringify(spec);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // the stack was not large enough
    throw new Error('config.json is nested too deeply: lists and objects lie in one another thousandfold');
  }
}

/** The specification as it was at `create`. @throws Error when it is gone. */
export function loadConfig({ folder, id }: Container): Spec {
  const spec = readJson(join(folder, 'config.json'));
  if (spec === undefined)
    throw new Error(`the config.json of container "${id}" in ${folder} is damaged: delete the container`);
  return spec as Spec;
}

export function fifoOf({ folder }: { folder: string }): string {
  return join(folder, 'exec.fifo');
}
