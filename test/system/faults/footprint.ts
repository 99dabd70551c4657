// What containers leave on the machine: processes, cgroups, mounts and files. Other containers of the machine, with a store
// of their own, may come and go meanwhile: what can be told to be theirs is left out.

import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { homeOf } from '../slipway.ts';
import { until } from '../until.ts';
import type { User } from '../users.ts';

export interface Footprint {
  /** `<pid> <command>` of those that have our store in their environment or their mounts. */
  processes: string[];
  /** Cgroups below /slipway that have no process. */
  cgroups: string[];
  /** Lines of the host's mount table that name our store. */
  mounts: string[];
  /** What lies in the store. */
  files: string[];
}

export function footprint(user?: User): Footprint {
  const root = homeOf(user).SLIPWAY_ROOT;
  return { processes: processesOf(root), cgroups: emptyCgroups(), mounts: mountsOf(root), files: filesOf(root) };
}

/** Waits until all is as it was before. What a start leaves to be deleted afterwards takes a moment. */
export async function nothingNew(before: Footprint, user?: User): Promise<void> {
  let found: Footprint = before;
  const isEmpty = (...keys: (keyof Footprint)[]) => {
    found = added(before, footprint(user));
    return keys.every((key) => found[key].length === 0);
  };
  try {
    // Not for long: a `clean` of somebody else takes old cgroups away, whose ever they were.
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

function emptyCgroups(): string[] {
  const parents = readdirSync('/sys/fs/cgroup').map((name) => join('/sys/fs/cgroup', name, 'slipway'));
  return [...parents, '/sys/fs/cgroup/slipway'].flatMap((parent) =>
    namesIn(parent)
      .filter((name) => /^[0-9a-f]{64}$/.test(name))
      .map((name) => join(parent, name))
      .filter((folder) => namesIn(folder).length > 0 && readSafely(join(folder, 'cgroup.procs')) === ''),
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
