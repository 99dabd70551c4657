// `box`, the image that needs no network: made of the machine's own programs, the first time it is used.
//
//     ensureBox('/var/lib/slipway/layers')   '/var/lib/slipway/layers/box-4f1c0d2e9a7b'
//
//     layers/box-<key>/   the finished layer; the key says of what it is made, so an updated program gives a new one
//     layers/box.json     which key is the present one, and what the programs looked like then
//     layers/box.lock     held by the process that is making one
//
// A layer is made under a temporary name and renamed: whoever finds it finds all of it.

import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOCK_EX, O_CLOEXEC, O_CREAT, O_RDWR } from '../linux/constants.ts';
import { close, flock, open } from '../linux/files.ts';
import { assemble } from './assemble.ts';
import { type BoxPlan, planBox } from './box-plan.ts';

interface Options {
  /** Names of programs to pass over as if the machine had none. */
  without?: readonly string[];
}

/** What box.json says. */
interface Made {
  key: string;
  without: readonly string[];
  /** Path of each file and folder that decided the plan → its stamp. */
  seen: Record<string, string>;
}

/** The folder of the finished layer. @throws Error when the machine lacks even a shell, or the disk is full. */
export function ensureBox(layersFolder: string, { without = [] }: Options = {}): string {
  return findBox(layersFolder, without) ?? makeBox(layersFolder, without);
}

/** The layer that is there already, if the programs it was made of are still the same. */
function findBox(layersFolder: string, without: readonly string[]): string | undefined {
  const made = readMade(layersFolder);
  if (made?.without.join() !== without.join()) return undefined;
  const path = join(layersFolder, `box-${made.key}`);
  if (stamp(path) === MISSING) return undefined;
  return Object.entries(made.seen).every(([file, then]) => stamp(file) === then) ? path : undefined;
}

/** One process makes it, and others who want it meanwhile wait. The kernel frees the lock when its holder dies. */
function makeBox(layersFolder: string, without: readonly string[]): string {
  mkdirSync(layersFolder, { recursive: true, mode: 0o700 });
  const lock = open(join(layersFolder, 'box.lock'), O_RDWR | O_CREAT | O_CLOEXEC, 0o600);
  try {
    flock(lock, LOCK_EX);
    return findBox(layersFolder, without) ?? makeAlone(layersFolder, without);
  } finally {
    close(lock);
  }
}

function makeAlone(layersFolder: string, without: readonly string[]): string {
  removeLeftovers(layersFolder);
  const plan = planBox({ without });
  const seen = Object.fromEntries(plan.watched.map((path) => [path, stamp(path)]));
  const key = keyOf(plan);
  const path = join(layersFolder, `box-${key}`);
  if (stamp(path) === MISSING) {
    assemble(`${path}.tmp`, plan.entries);
    renameSync(`${path}.tmp`, path);
  }
  const made: Made = { key, without, seen };
  const record = join(layersFolder, 'box.json');
  writeFileSync(`${record}.tmp`, JSON.stringify(made, null, 1));
  renameSync(`${record}.tmp`, record);
  return path;
}

/** What an assembly left that was killed: we hold the lock, so nobody is working on it. */
function removeLeftovers(layersFolder: string): void {
  for (const name of readdirSync(layersFolder)) {
    if (/^box[-.].*\.tmp$/.test(name)) rmSync(join(layersFolder, name), { recursive: true, force: true });
  }
}

/** The plan names every file with its size and time, so another program, or another version of it, is another key. */
function keyOf({ entries }: BoxPlan): string {
  return createHash('sha256')
    .update(JSON.stringify([...entries]))
    .digest('hex')
    .slice(0, 12);
}

const MISSING = 'missing';

/** What changes when a file is written or replaced, and when a folder gains or loses one. */
function stamp(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat ? `${stat.size} ${stat.mtimeMs}` : MISSING;
}

function readMade(layersFolder: string): Made | undefined {
  try {
    return JSON.parse(readFileSync(join(layersFolder, 'box.json'), 'utf8')) as Made;
  } catch {
    return undefined;
  }
}
