// Repairs what a kill -9 or a power cut left behind. Living containers, and those that are just being started, are known
// by the lock of their shim, and are not touched; doing it twice is harmless.

import { lstatSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openCgroup } from '../cgroups/cgroup.ts';
import { detectHierarchies } from '../cgroups/detect.ts';
import { cleanLayers } from '../chroot/box-clean.ts';
import { close } from '../linux/files.ts';
import { loadBundle } from '../runtime/bundle.ts';
import { exists, namesIn } from '../runtime/disk.ts';
import { tryLock } from '../runtime/lock.ts';
import { allIds, freeStaleNames, isId, nameOfId } from '../runtime/names.ts';
import { containerFolder, isRoot, rootFolder, trashFolder } from '../runtime/places.ts';
import { discardContainer, discardVolume, forgetContainer } from '../runtime/remove.ts';
import { removeSeals } from '../runtime/seal.ts';
import { loadState, saveState } from '../runtime/state.ts';
import { anonymousVolumes } from '../runtime/volumes.ts';
import { endLeftovers } from './leftovers.ts';

/**
 * Does all repairs. One that fails does not keep the others from being done.
 * @param failed takes the error of each that failed.
 * @returns a sentence for each thing that was repaired.
 */
export function clean(failed: (error: unknown) => void): string[] {
  const repairs = [
    ...allIds().map((id) => () => cleanContainer(id)),
    ...namesIn(trashFolder())
      .filter(isId)
      .map((id) => () => cleanTrash(id)),
    ...[cleanNames, cleanVolumes, cleanImages],
    ...(isRoot ? [cleanCgroups, cleanSeal] : []),
  ];
  return repairs.flatMap((repair) => {
    try {
      return repair();
    } catch (error) {
      failed(error);
      return [];
    }
  });
}

/** Does a repair under the container's lock, unless its shim has that. */
function whenDead(folder: string, repair: () => string[]): string[] {
  const lock = tryLock(folder);
  if (lock === undefined) return [];
  try {
    return repair();
  } finally {
    close(lock);
  }
}

function cleanContainer(id: string): string[] {
  return whenDead(containerFolder(id), () => {
    const bundle = loadBundle(id);
    const state = loadState(id);
    const short = id.slice(0, 12);
    const wasLeft = endLeftovers(id, state, bundle);
    if (bundle === undefined && isDamaged(id)) return []; // `ps -a` shows it, and its files may be of worth
    const isWaiting = state.status === 'created' && exists(join(containerFolder(id), 'state.json')); // to be started
    if (bundle === undefined || (!isWaiting && (bundle.autoRemove || state.status === 'created'))) {
      forgetContainer({ id, name: bundle?.name ?? nameOfId(id) ?? '' });
      discardContainer(id, bundle);
      return [`removed container ${short}: ${bundle ? 'its shim was killed' : 'it was never complete'}`];
    }
    removeTemporary(containerFolder(id));
    if (state.finishedAt === undefined && state.startedAt !== undefined) {
      saveState(id, { ...state, status: 'exited', finishedAt: new Date().toISOString() });
      return [`recorded the end of container ${short}: its shim was killed`];
    }
    return wasLeft ? [`ended what was left of container ${short}`] : [];
  });
}

/** True for a container that was complete once: container.json is written last. */
function isDamaged(id: string): boolean {
  const path = join(containerFolder(id), 'container.json');
  return exists(path) && lstatSync(path).size > 0;
}

/** Files that were to be renamed into place. */
function removeTemporary(folder: string): void {
  for (const name of namesIn(folder)) if (name.endsWith('.tmp')) rmSync(join(folder, name), { force: true });
}

/** Containers that were on their way out. */
function cleanTrash(id: string): string[] {
  return whenDead(trashFolder(id), () => {
    const bundle = loadBundle(id, trashFolder(id));
    endLeftovers(id, loadState(id, trashFolder(id)), bundle);
    discardContainer(id, bundle);
    return [`deleted the files of container ${id.slice(0, 12)}`];
  });
}

function cleanNames(): string[] {
  return freeStaleNames().map((name) => `freed the name ${name}`);
}

/** Anonymous volumes whose container is gone. */
function cleanVolumes(): string[] {
  const isGone = (id: string) => !exists(containerFolder(id)) && !exists(trashFolder(id));
  const orphans = anonymousVolumes().filter(({ containerId }) => isGone(containerId));
  for (const { name } of orphans) discardVolume(name);
  return orphans.map(({ name }) => `removed the volume ${name.slice(0, 12)}, whose container is gone`);
}

function cleanImages(): string[] {
  const { halfMade, outdated } = cleanLayers(join(rootFolder(), 'layers'), usedLayers);
  return [
    ...halfMade.map((name) => `removed the half-made layer ${name}`),
    ...outdated.map((name) => `removed the layer ${name}, whose programs have changed since`),
  ];
}

/** The layers of all containers; undefined when the files of one do not say, because it is being made or is damaged. */
function usedLayers(): string[] | undefined {
  const bundles = allIds().map((id) => loadBundle(id)); // first these: one that moves to the trash meanwhile is seen there
  bundles.push(
    ...namesIn(trashFolder())
      .filter(isId)
      .map((id) => loadBundle(id, trashFolder(id))),
  );
  return bundles.every((bundle) => bundle !== undefined) ? bundles.flatMap(({ layers }) => layers) : undefined;
}

/** A younger empty cgroup may be that of a start that is under way with another SLIPWAY_ROOT. */
const OLD_ENOUGH_MS = 10_000;

/** Empty cgroups of ours without a container. rmdir refuses one that has processes. */
function cleanCgroups(): string[] {
  const folders = detectHierarchies().map(({ mountPoint }) => join(mountPoint, 'slipway'));
  const orphans = new Set(
    folders.flatMap((folder) => namesIn(folder).filter((id) => isId(id) && isOrphan(folder, id))),
  );
  for (const id of orphans) openCgroup(`/slipway/${id}`).remove();
  return [...orphans].map((id) => `removed the cgroup of container ${id.slice(0, 12)}, which is gone`);
}

function isOrphan(parent: string, id: string): boolean {
  if (exists(containerFolder(id)) || exists(trashFolder(id))) return false;
  const stat = lstatSync(join(parent, id), { throwIfNoEntry: false });
  if (stat === undefined || Date.now() - stat.mtimeMs < OLD_ENOUGH_MS) return false;
  return openCgroup(`/slipway/${id}`).processes().length === 0;
}

function cleanSeal(): string[] {
  return removeSeals().map((path) => `took away the seal at ${path}`);
}
