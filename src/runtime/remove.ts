// Takes a container off the disk, in two steps: first it is moved out of sight, which is one rename and frees its name;
// then its files are deleted, for which nobody has to wait.

import { renameSync } from 'node:fs';
import { CLONE_NEWUSER, O_CLOEXEC } from '../linux/constants.ts';
import { close, pipe2, read, write } from '../linux/files.ts';
import { clone3, fork } from '../linux/fork.ts';
import { _exit, waitpid } from '../linux/process.ts';
import { defaultMappings, type IdMaps, writeIdMaps } from '../namespaces/idmap.ts';
import type { IdMapping, Spec } from '../oci.ts';
import { type Bundle, loadBundle } from './bundle.ts';
import { deleteTree } from './delete-tree.ts';
import { exists, makeFolders } from './disk.ts';
import { releaseName } from './names.ts';
import { containerFolder, isRoot, trashFolder } from './places.ts';
import { setVolumeFree, volumePath, volumesMadeFor } from './volumes.ts';

/** Moves the container out of sight and frees its name. Doing it twice is harmless. */
export function forgetContainer({ id, name }: Pick<Bundle, 'id' | 'name'>): void {
  if (exists(containerFolder(id))) {
    makeFolders(trashFolder(), 0o700);
    renameSync(containerFolder(id), trashFolder(id));
  }
  releaseName(name, id);
  const latest = loadBundle(id, trashFolder(id))?.name ?? name;
  if (latest !== name) releaseName(latest, id); // somebody has renamed it just before
}

/**
 * Deletes the files of a container that was moved out of sight; its anonymous volumes first, since only it knows them.
 * @param bundle undefined when it is damaged.
 * @param keepVolumes leaves the volumes to whoever knows their names.
 */
export function discardContainer(id: string, bundle: Bundle | undefined, { keepVolumes = false } = {}): void {
  const { uid, gid } = idsOf(bundle?.spec);
  for (const volume of bundle?.anonymousVolumes ?? volumesMadeFor(id)) {
    if (keepVolumes) setVolumeFree(volume);
    else removeTree(volumePath(volume), uid, gid);
  }
  removeTree(trashFolder(id), uid, gid);
}

/** Deletes a volume whose container is gone. */
export function discardVolume(name: string): void {
  const { uid, gid } = idsOf(undefined);
  removeTree(volumePath(name), uid, gid);
}

/** Takes away what there is of a container. What cannot be removed now is left to `clean`. */
export function removeQuietly(bundle: Bundle): void {
  try {
    forgetContainer(bundle);
    discardContainer(bundle.id, bundle);
  } catch {
    // If a failure brought us here, that is the one to report.
  }
}

/** Who may have written there: the ids of the container's user namespace, which may be another container's. */
function idsOf(spec: Spec | undefined): IdMaps {
  if (!spec?.linux?.uidMappings && !isRoot) return defaultMappings();
  return { uid: spec?.linux?.uidMappings ?? [], gid: spec?.linux?.gidMappings ?? [] };
}

/**
 * Deletes a folder. What a container of an ordinary user wrote may belong to other ids of the user's range, so a child
 * does it then that is root in a user namespace with the same ids.
 */
export function removeTree(path: string, uid: readonly IdMapping[], gid: readonly IdMapping[]): void {
  try {
    deleteTree(path);
  } catch (error) {
    if (uid.length === 0) throw error;
    const child = fork(); // clone3 wants a process that has one thread
    if (child === 0) _exit(removeAsTheirRoot(path, uid, gid) ? 0 : 1);
    if (waitpid(child).status.exited !== 0) throw error;
  }
}

function removeAsTheirRoot(path: string, uid: readonly IdMapping[], gid: readonly IdMapping[]): boolean {
  const [mapsAreWritten, tell] = pipe2(O_CLOEXEC);
  const { pid } = clone3({ flags: CLONE_NEWUSER });
  if (pid === 0) {
    close(tell);
    read(mapsAreWritten, Buffer.alloc(1));
    try {
      deleteTree(path);
      _exit(0);
    } catch {
      _exit(1);
    }
  }
  writeIdMaps(pid, uid, gid);
  write(tell, Buffer.from('.'));
  return waitpid(pid).status.exited === 0;
}
