// Repairs what a kill -9 or a power cut left behind. Living containers are known by the lock of their shim, and are not
// touched; doing it twice is harmless.

import { existsSync, lstatSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openCgroup } from '../cgroups/cgroup.ts';
import { detectHierarchies } from '../cgroups/detect.ts';
import { MNT_DETACH } from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { close, readText } from '../linux/files.ts';
import { umount2 } from '../linux/mount.ts';
import { readMounts } from '../linux/mountinfo.ts';
import { type Bundle, loadBundle } from '../runtime/bundle.ts';
import { tryLock } from '../runtime/lock.ts';
import { allIds } from '../runtime/names.ts';
import { containerFolder, isRoot, rootFolder, runFolder } from '../runtime/places.ts';
import { discardContainer, forgetContainer, removeTree, trashFolder } from '../runtime/remove.ts';
import { SEAL_FOLDER } from '../runtime/seal.ts';
import { loadState, saveState } from '../runtime/state.ts';

/** Does all repairs. @returns a sentence for each thing that was repaired. */
export function clean(): string[] {
  const done: string[] = [];
  for (const id of allIds()) withDeadContainer(id, () => done.push(...cleanContainer(id)));
  done.push(...cleanTrash(), ...cleanNames(), ...cleanLocks());
  if (isRoot) done.push(...cleanCgroups(), ...cleanSeal());
  return done;
}

function withDeadContainer(id: string, repair: () => void): void {
  const lock = tryLock(id);
  if (lock === undefined) return;
  try {
    repair();
  } finally {
    close(lock);
  }
}

function cleanContainer(id: string): string[] {
  const bundle = loadBundle(id);
  const state = loadState(id);
  const cgroup = openCgroup(state.cgroupPath ?? `/slipway/${id}`);
  const leftovers = cgroup.parts.length > 0;
  if (leftovers) {
    cgroup.killAll();
    cgroup.remove();
  }
  const short = id.slice(0, 12);
  if (bundle === undefined) {
    rmSync(containerFolder(id), { recursive: true, force: true });
    return [`removed container ${short}: it was never complete`];
  }
  if (bundle.autoRemove || state.status === 'created') return [removeBundle(bundle, short)];
  if (state.finishedAt === undefined) {
    saveState(id, { ...state, status: 'exited', exitCode: 137, finishedAt: new Date().toISOString() });
    return [`recorded the end of container ${short}: its shim was killed`];
  }
  return leftovers ? [`removed the cgroup of container ${short}`] : [];
}

function removeBundle(bundle: Bundle, short: string): string {
  forgetContainer(bundle);
  discardContainer(bundle);
  return `removed container ${short}: its shim was killed`;
}

/** Folders that were on their way out. */
function cleanTrash(): string[] {
  return namesIn(trashFolder()).flatMap((id) => {
    let done: string[] = [];
    withDeadContainer(id, () => {
      const config = join(trashFolder(), id, 'config.json');
      const linux = existsSync(config) ? JSON.parse(readText(config)).linux : {};
      removeTree(join(trashFolder(), id), linux.uidMappings ?? [], linux.gidMappings ?? []);
      done = [`deleted the files of container ${id.slice(0, 12)}`];
    });
    return done;
  });
}

/** Names whose container is gone. */
function cleanNames(): string[] {
  const folder = join(rootFolder(), 'names');
  const free = namesIn(folder).filter((name) => !existsSync(containerFolder(readlinkSync(join(folder, name)))));
  for (const name of free) rmSync(join(folder, name), { force: true });
  return free.map((name) => `freed the name ${name}`);
}

/** Lock files that nobody holds, of containers that are gone. */
function cleanLocks(): string[] {
  for (const file of namesIn(runFolder()).filter((name) => name.endsWith('.lock'))) {
    const id = file.slice(0, -'.lock'.length);
    if (existsSync(containerFolder(id))) continue;
    withDeadContainer(id, () => rmSync(join(runFolder(), file), { force: true }));
  }
  return [];
}

/** A younger empty cgroup may be that of a start that is under way with another SLIPWAY_ROOT. */
const OLD_ENOUGH_MS = 10_000;

/** Empty cgroups of ours without a container. rmdir refuses one that has processes. */
function cleanCgroups(): string[] {
  const removed = new Set<string>();
  for (const { mountPoint } of detectHierarchies()) {
    const parent = join(mountPoint, 'slipway');
    for (const id of namesIn(parent).filter((name) => /^[0-9a-f]{64}$/.test(name))) {
      const folder = join(parent, id);
      const isYoung = Date.now() - lstatSync(folder).mtimeMs < OLD_ENOUGH_MS;
      if (isYoung || existsSync(containerFolder(id))) continue;
      if (readText(join(folder, 'cgroup.procs')) !== '') continue;
      openCgroup(`/slipway/${id}`).remove();
      removed.add(id);
    }
  }
  return [...removed].map((id) => `removed the cgroup of container ${id.slice(0, 12)}, which is gone`);
}

/** The next start mounts it again. */
function cleanSeal(): string[] {
  const mounts = readMounts()
    .map(({ path }) => path)
    .filter((path) => path.startsWith(`${SEAL_FOLDER}/`));
  for (const path of mounts.reverse()) {
    try {
      umount2(path, MNT_DETACH);
    } catch (error) {
      if (!isErrno(error, 'EINVAL', 'ENOENT')) throw error; // another clean was quicker
    }
  }
  rmSync(SEAL_FOLDER, { recursive: true, force: true });
  return mounts.map((path) => `took away the seal at ${path}`);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
