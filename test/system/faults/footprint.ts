// What containers leave on the machine: processes, cgroups, mounts and files. Other containers of the machine, with a store
// of their own, may come and go meanwhile: what can be told to be theirs is left out.

import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, watch } from 'node:fs';
import { join } from 'node:path';
import { homeOf } from '../slipway.ts';
import { until } from '../until.ts';
import type { User } from '../users.ts';

export interface Footprint {
  /** `<pid> <command>` of those that have our store in their environment or their mounts. */
  processes: string[];
  /** Of all containers that our store has had, those that are gone too. */
  cgroups: string[];
  /** Lines of the host's mount table that name our store. */
  mounts: string[];
  /** What lies in the store. */
  files: string[];
}

export function footprint(user?: User): Footprint {
  const root = homeOf(user).SLIPWAY_ROOT;
  const cgroups = cgroupsOf(idsOf(root, user));
  return { processes: processesOf(root), cgroups, mounts: mountsOf(root), files: filesOf(root) };
}

/** Waits until all is as it was before. What a start leaves to be deleted afterwards takes a moment. */
export async function nothingNew(before: Footprint, user?: User): Promise<void> {
  let found: Footprint = before;
  const isEmpty = (...keys: (keyof Footprint)[]) => {
    found = added(before, footprint(user));
    return keys.every((key) => found[key].length === 0);
  };
  try {
    // Not for long: a `clean` of somebody else takes old cgroups away, ours too.
    await until('no cgroup to be left', () => isEmpty('cgroups'), 8000);
    await until('nothing to be left', () => isEmpty('processes', 'cgroups', 'mounts', 'files'));
  } catch {
    throw new Error(`left behind: ${JSON.stringify(found, null, 2)}`);
  }
}

function added(before: Footprint, now: Footprint): Footprint {
  const newIn = (key: keyof Footprint) => now[key].filter((each) => !before[key].includes(each));
  return { processes: newIn('processes'), cgroups: newIn('cgroups'), mounts: newIn('mounts'), files: newIn('files') };
}

function processesOf(root: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter(
      (pid) => readSafely(`/proc/${pid}/environ`).includes(root) || readSafely(`/proc/${pid}/mountinfo`).includes(root),
    )
    .map((pid) => `${pid} ${readSafely(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').slice(0, 100)}`);
}

const idsOfStores = new Map<string, Set<string>>();

/** The ids of all containers that the store has had since it was first asked for: a cgroup's name says no more of its owner. */
function idsOf(root: string, user?: User): Set<string> {
  const known = idsOfStores.get(root);
  if (known) return known;
  const containers = join(root, 'containers');
  for (const folder of [root, containers]) makeFolder(folder, user);
  const ids = new Set(namesIn(containers));
  watch(containers, { persistent: false }, (_, name) => ids.add(String(name)));
  idsOfStores.set(root, ids);
  return ids;
}

/** As the first start would make it. */
function makeFolder(path: string, user?: User): void {
  if (existsSync(path)) return;
  mkdirSync(path, { mode: 0o700 });
  if (user) chownSync(path, user.uid, user.gid);
}

function cgroupsOf(ids: Set<string>): string[] {
  const parents = readdirSync('/sys/fs/cgroup').map((name) => join('/sys/fs/cgroup', name, 'slipway'));
  return [...parents, '/sys/fs/cgroup/slipway'].flatMap((parent) =>
    namesIn(parent)
      .filter((name) => ids.has(name))
      .map((name) => join(parent, name)),
  );
}

function mountsOf(root: string): string[] {
  const store = realpathSync(join(root, '..'));
  const lines = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  return lines.filter((line) => line.includes(store));
}

function filesOf(root: string): string[] {
  const filesIn = (folder: string) => namesIn(join(root, folder)).map((name) => join(folder, name));
  const halfMade = filesIn('layers').filter((path) => path.endsWith('.tmp'));
  return ['containers', 'names', 'trash', 'volumes'].flatMap(filesIn).concat(halfMade);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** A process may end while it is looked at. */
function readSafely(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
