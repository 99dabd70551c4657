// A container's names: the 64 hex digits that nobody chose, and one that people can say.
// A name is claimed by making a symlink names/<name> -> <id>, which the file system grants to one process only.

import { readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { LOCK_EX } from '../linux/constants.ts';
import { close } from '../linux/files.ts';
import { getrandom } from '../linux/random.ts';
import { exists, isCode, namesIn } from './disk.ts';
import { closeGate } from './lock.ts';
import { containerFolder, place, rootFolder } from './places.ts';

const QUALITIES =
  'able agile bold brisk calm clear deft eager fair fleet keen light lucid quick quiet sound stout sure swift trim'.split(
    ' ',
  );
const SHIPS =
  'beagle bounty calypso cutty discovery endeavour endurance fram gjoa hermione kontiki mayflower nautilus pinta rainbow santamaria terranova thermopylae vasa victory'.split(
    ' ',
  );

/** 64 hex digits, as Docker's. */
export function newId(): string {
  return getrandom(32).toString('hex');
}

function randomName(): string {
  const pick = (words: string[]) => words[randomBelow(words.length)];
  return `${pick(QUALITIES)}_${pick(SHIPS)}`;
}

/** A random whole number from 0 up to, not including, `limit`. */
function randomBelow(limit: number): number {
  return getrandom(4).readUInt32LE() % limit;
}

/**
 * Claims `wanted`, or a random name, for a container whose folder is there.
 * @throws Error when another container has the name.
 */
export function claimName(id: string, wanted?: string): string {
  if (wanted !== undefined) {
    if (tryClaim(wanted, id)) return wanted;
    const holder = idOfName(wanted)?.slice(0, 12) ?? 'that has just ended';
    throw new Error(
      `the container name "${wanted}" is already in use by container ${holder}: remove that one (slipway rm ${wanted}) or choose another name`,
    );
  }
  for (;;) {
    const name = randomName();
    if (tryClaim(name, id)) return name;
    const longer = `${name}_${randomBelow(10_000)}`;
    if (tryClaim(longer, id)) return longer;
  }
}

function tryClaim(name: string, id: string): boolean {
  const path = join(place('names'), name);
  for (;;) {
    try {
      symlinkSync(id, path);
      return true;
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error;
    }
    if (!freeName(name, (holder) => holder === undefined || !exists(containerFolder(holder)))) return false;
  }
}

/** Gives a name back, if it is still this container's. */
export function releaseName(name: string, id: string): void {
  if (name !== '') freeName(name, (holder) => holder === id);
}

/** Frees the names whose container is gone (a power cut, a kill -9). @returns those names. */
export function freeStaleNames(): string[] {
  const isStale = (holder: string | undefined) => holder === undefined || !exists(containerFolder(holder));
  return namesIn(namesFolder()).filter((name) => freeName(name, isStale));
}

/**
 * Removes a claim of which `isFree` says so. Only one process at a time may do that, or the second would remove the
 * claim that a third has made in between.
 */
function freeName(name: string, isFree: (holder: string | undefined) => boolean): boolean {
  if (!exists(namesFolder())) return false;
  const gate = closeGate(namesFolder(), LOCK_EX);
  try {
    if (!isFree(holderOf(name))) return false;
    rmSync(join(namesFolder(), name), { recursive: true, force: true });
    return true;
  } finally {
    close(gate);
  }
}

function namesFolder(): string {
  return join(rootFolder(), 'names');
}

/** Whose the name is: undefined when nobody's, and when something else than our link is there. */
function holderOf(name: string): string | undefined {
  try {
    const id = readlinkSync(join(namesFolder(), name));
    return isId(id) ? id : undefined;
  } catch (error) {
    if (isCode(error, 'ENOENT', 'EINVAL', 'ENAMETOOLONG')) return undefined;
    throw error;
  }
}

/** The name that a container has claimed, for when its own files do not tell. */
export function nameOfId(id: string): string | undefined {
  return namesIn(namesFolder()).find((name) => holderOf(name) === id);
}

/** True for what can be a container's id: nothing else is ever made a path. */
export function isId(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

/** All container ids on this disk. */
export function allIds(): string[] {
  return namesIn(join(rootFolder(), 'containers')).filter(isId);
}

/**
 * The id that a person means by a name, an id, or the beginning of an id.
 * @throws Error when there is none, or more than one.
 */
export function findContainer(reference: string): string {
  const named = idOfName(reference);
  if (named !== undefined) return named;
  const matches = /^[0-9a-f]+$/.test(reference) ? allIds().filter((id) => id.startsWith(reference)) : [];
  if (matches.length === 1) return matches[0] as string;
  if (matches.length > 1) {
    const shown = matches.map((id) => id.slice(0, 12)).join(', ');
    throw new Error(`"${reference}" could be any of ${shown}: give more of the id`);
  }
  throw noSuchContainer(reference);
}

export function noSuchContainer(reference: string): Error {
  return new Error(`no such container: ${reference}. \`slipway ps -a\` lists those there are`);
}

function idOfName(name: string): string | undefined {
  if (name.includes('/') || name === '') return undefined;
  const id = holderOf(name);
  return id !== undefined && exists(containerFolder(id)) ? id : undefined;
}
