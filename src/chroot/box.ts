// `box`, the image that needs no network: made of the machine's own programs, the first time it is used.
//
//     ensureBox('/var/lib/slipway/layers')   '/var/lib/slipway/layers/box-4f1c0d2e9a7b'
//
//     layers/box-<key>/   the finished layer; the key stands for what it is made of, so an updated program is a new one
//     layers/box.json     which key is the present one, and what the machine looked like when that was decided
//     layers/box.lock     held by the process that is making one, or that removes those that nobody needs

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { LOCK_EX } from '../linux/constants.ts';
import { close, flock } from '../linux/files.ts';
import { assemble } from './assemble.ts';
import { openLock, removeHalfMade } from './box-clean.ts';
import { MISSING, readMade, stamp, writeMade } from './box-made.ts';
import { type BoxOptions, type BoxPlan, planBox } from './box-plan.ts';

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
    removeHalfMade(layersFolder);
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

/** 12 hex digits. The plan names each program with its size and time, so another version of one gives another key. */
function keyOf({ entries }: BoxPlan): string {
  const plan = JSON.stringify([...entries]);
  const { createHash } = process.getBuiltinModule('node:crypto'); // loaded for this rare case alone
  return createHash('sha256').update(plan).digest('hex').slice(0, 12);
}
