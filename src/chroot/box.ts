// `box`, the image that needs no network: made of the machine's own programs, the first time it is used.
//
//     ensureBox('/var/lib/slipway/layers')   '/var/lib/slipway/layers/box-4f1c0d2e9a7b'
//
//     layers/box-<key>/   the finished layer; the key stands for what it is made of, so an updated program is a new one
//     layers/box.json     which key is the present one, and what the machine looked like when that was decided
//     layers/box.lock     held by the process that is making one

import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOCK_EX, LOCK_NB, O_CLOEXEC, O_CREAT, O_RDWR } from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { close, flock, open } from '../linux/files.ts';
import { assemble } from './assemble.ts';
import { type BoxOptions, type BoxPlan, planBox } from './box-plan.ts';

/** What box.json says. */
interface Made {
  key: string;
  options: BoxOptions;
  /** Each watched file and folder → its stamp. */
  seen: Record<string, string>;
}

/** The folder of the finished layer. @throws Error when the machine has not even a shell, or the disk is full. */
export function ensureBox(layersFolder: string, options: BoxOptions = {}): string {
  return findBox(layersFolder, options) ?? makeBox(layersFolder, options);
}

/** The layer that is there already, if nothing has changed since. A fraction of a millisecond. */
function findBox(layersFolder: string, options: BoxOptions): string | undefined {
  const made = readMade(layersFolder);
  if (!made || JSON.stringify(made.options) !== JSON.stringify(options)) return undefined;
  const path = join(layersFolder, `box-${made.key}`);
  if (stamp(path) === MISSING) return undefined;
  return Object.entries(made.seen).every(([file, then]) => stamp(file) === then) ? path : undefined;
}

/** One process at a time makes it. The kernel frees the lock when its holder dies, however that happens. */
function makeBox(layersFolder: string, options: BoxOptions): string {
  mkdirSync(layersFolder, { recursive: true, mode: 0o700 });
  const lock = openLock(layersFolder);
  try {
    flock(lock, LOCK_EX);
    removeLeftovers(layersFolder);
    const plan = planBox(options);
    const seen = Object.fromEntries(plan.watched.map((path) => [path, stamp(path)]));
    const key = keyOf(plan);
    const path = join(layersFolder, `box-${key}`);
    if (stamp(path) === MISSING) assemble(path, plan.entries); // else the one that we waited for has made it
    writeMade(layersFolder, { key, options, seen });
    return path;
  } finally {
    close(lock);
  }
}

/** What was left by an assembly that was killed. Nobody is working on it, since we hold the lock. @returns its names. */
function removeLeftovers(layersFolder: string): string[] {
  const leftovers = leftoversIn(layersFolder);
  for (const name of leftovers) rmSync(join(layersFolder, name), { recursive: true, force: true });
  return leftovers;
}

function leftoversIn(layersFolder: string): string[] {
  return readdirSync(layersFolder).filter((name) => /^box[-.].*\.tmp$/.test(name));
}

/** Removes half-made layers, unless one is being made just now. @returns their names. */
export function cleanLayers(layersFolder: string): string[] {
  if (stamp(layersFolder) === MISSING || leftoversIn(layersFolder).length === 0) return [];
  const lock = openLock(layersFolder);
  try {
    flock(lock, LOCK_EX | LOCK_NB);
    return removeLeftovers(layersFolder);
  } catch (error) {
    if (isErrno(error, 'EAGAIN')) return [];
    throw error;
  } finally {
    close(lock);
  }
}

function openLock(layersFolder: string): number {
  return open(join(layersFolder, 'box.lock'), O_RDWR | O_CREAT | O_CLOEXEC, 0o600);
}

/** 12 hex digits. The plan names each program with its size and time, so another version of one gives another key. */
function keyOf({ entries }: BoxPlan): string {
  const plan = JSON.stringify([...entries]);
  const { createHash } = process.getBuiltinModule('node:crypto'); // loaded for this rare case alone
  return createHash('sha256').update(plan).digest('hex').slice(0, 12);
}

const MISSING = 'missing';

/** Changes when a file is written to or replaced, and when a folder gains or loses one. */
function stamp(path: string): string {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat ? `${stat.size} ${stat.mtimeMs}` : MISSING;
  } catch {
    return MISSING; // or in a folder that we may not enter
  }
}

/** Not needed to survive a power cut: a damaged box.json only means planning again. */
function writeMade(layersFolder: string, made: Made): void {
  const path = join(layersFolder, 'box.json');
  try {
    writeFileSync(`${path}.tmp`, JSON.stringify(made, null, 2));
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) rmSync(path, { recursive: true });
    renameSync(`${path}.tmp`, path);
  } catch (error) {
    rmSync(`${path}.tmp`, { force: true });
    throw error;
  }
}

function readMade(layersFolder: string): Made | undefined {
  try {
    return JSON.parse(readFileSync(join(layersFolder, 'box.json'), 'utf8')) as Made;
  } catch {
    return undefined;
  }
}
