// Volumes on disk: folders of the engine's own that outlive a container.
//
//   volumes/<name>/_data              what a container sees
//   volumes/<name>/filling            while that is being filled, see src/volumes/fill.ts
//   volumes/<name>/container -> <id>  only for one without a name of its own, which goes with that container

import { readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { isCode, makeFolders, namesIn } from './disk.ts';
import { newId } from './names.ts';
import { place, rootFolder } from './places.ts';

/** The volume of this name, made when it is missing. @returns the folder with its data. */
export function openVolume(name: string): string {
  const folder = join(place('volumes', name), '_data');
  makeFolders(folder, 0o755);
  return folder;
}

/** A new volume for one container. It is marked as that one's before it has any data. @returns its name. */
export function makeAnonymousVolume(containerId: string): string {
  const name = newId();
  const folder = place('volumes', name);
  try {
    symlinkSync(containerId, join(folder, 'container'));
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  return name;
}

/** From now on the volume belongs to no container, and stays when that is gone. */
export function setVolumeFree(name: string): void {
  rmSync(join(volumePath(name), 'container'), { force: true });
}

/** The folder that a volume of this name has or would have. */
export function volumePath(name: string): string {
  return join(rootFolder(), 'volumes', name);
}

/** The anonymous volumes of a container. */
export function volumesMadeFor(containerId: string): string[] {
  return anonymousVolumes()
    .filter((volume) => volume.containerId === containerId)
    .map(({ name }) => name);
}

/** All volumes without a name of their own. */
export function anonymousVolumes(): { name: string; containerId: string }[] {
  return namesIn(join(rootFolder(), 'volumes')).flatMap((name) => {
    const containerId = ownerOf(name);
    return containerId === undefined ? [] : [{ name, containerId }];
  });
}

function ownerOf(volume: string): string | undefined {
  try {
    return readlinkSync(join(volumePath(volume), 'container'));
  } catch (error) {
    if (isCode(error, 'ENOENT', 'ENOTDIR', 'EINVAL')) return undefined;
    throw error;
  }
}
