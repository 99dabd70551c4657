// A container's names: the 64 hex digits that nobody chose, and one that people can say.
// A name is claimed by making a symlink names/<name> -> <id>, which the file system grants to one process only.

import { lstatSync, readdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { getrandom } from '../linux/random.ts';
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
 * Claims `wanted`, or a random name.
 * @throws Error when another container has the name.
 */
export function claimName(id: string, wanted?: string): string {
  if (wanted !== undefined) {
    if (tryClaim(wanted, id)) return wanted;
    const holder = readlinkSync(join(rootFolder(), 'names', wanted)).slice(0, 12);
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

/** A claim whose container is gone (a power cut, a kill -9) is taken over. */
function tryClaim(name: string, id: string): boolean {
  const path = join(place('names'), name);
  try {
    symlinkSync(id, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  if (exists(containerFolder(readlinkSync(path)))) return false;
  rmSync(path, { force: true });
  return tryClaim(name, id);
}

/** Gives a name back, if it is still this container's. */
export function releaseName(name: string, id: string): void {
  const path = join(rootFolder(), 'names', name);
  try {
    if (readlinkSync(path) === id) rmSync(path, { force: true });
  } catch {
    // It was never claimed, or someone else has cleaned it up.
  }
}

/** All container ids on this disk. */
export function allIds(): string[] {
  try {
    return readdirSync(join(rootFolder(), 'containers')).filter((name) => /^[0-9a-f]{64}$/.test(name));
  } catch {
    return [];
  }
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
  throw new Error(`no such container: ${reference}. \`slipway ps -a\` lists those there are`);
}

function idOfName(name: string): string | undefined {
  if (name.includes('/') || name === '') return undefined;
  try {
    const id = readlinkSync(join(rootFolder(), 'names', name));
    return exists(containerFolder(id)) ? id : undefined;
  } catch {
    return undefined;
  }
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
