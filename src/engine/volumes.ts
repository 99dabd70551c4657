// What a container's options say about volumes and bind mounts, brought into being on disk.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CopyUp } from '../runtime/bundle.ts';
import { makeFolders } from '../runtime/disk.ts';
import { isRoot } from '../runtime/places.ts';
import { makeAnonymousVolume, openVolume, volumePath } from '../runtime/volumes.ts';
import { isUnfilled } from '../volumes/fill.ts';
import { checkPropagation } from '../volumes/propagation.ts';
import type { BindOption, VolumeOption } from './options.ts';
import { reasonOf } from './user-file.ts';

/** The volumes of one container, found or made one by one. */
export class Volumes {
  /** Those without a name, which go with the container. */
  readonly anonymous: string[] = [];
  /** Those that are not filled yet and take what the image has at their place. */
  readonly copyUps: CopyUp[] = [];
  readonly #containerId: string;

  constructor(containerId: string) {
    this.#containerId = containerId;
  }

  /** The folder of a volume; it is made when it is missing. */
  open({ name, target, noCopy }: VolumeOption): string {
    const folder = openVolume(name ?? this.#makeAnonymous());
    if (!noCopy && isUnfilled(folder)) this.copyUps.push({ destination: target, volumeFolder: folder });
    return folder;
  }

  #makeAnonymous(): string {
    const name = makeAnonymousVolume(this.#containerId);
    this.anonymous.push(name);
    return name;
  }
}

/** The folder of its data that a volume of this name has or would have. */
export function volumeFolder(name: string): string {
  return join(volumePath(name), '_data');
}

/** Looks at what a bind mount shows, ahead of the start. */
export function prepareBind(mount: BindOption): void {
  makeMissingSource(mount);
  const { source, propagation } = mount;
  if (propagation === undefined || !existsSync(source)) return;
  if (propagation.endsWith('shared') && !isRoot) {
    throw new Error(
      `propagation ${propagation} of ${source} needs root: no mount goes from a user namespace to the host`,
    );
  }
  checkPropagation(source, propagation);
}

/** -v makes a source that is missing as a folder; --mount wants it to be there. */
function makeMissingSource({ source, createSource }: BindOption): void {
  if (!createSource || existsSync(source)) return;
  try {
    makeFolders(source);
  } catch (error) {
    throw new Error(`bind source path ${source} cannot be made: ${reasonOf(error as NodeJS.ErrnoException)}`);
  }
}
