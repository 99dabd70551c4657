// Volumes: folders of the engine's own that outlive a container. $SLIPWAY_ROOT/volumes/<name>/_data

import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CopyUp } from '../runtime/bundle.ts';
import { newId } from '../runtime/names.ts';
import { place, rootFolder } from '../runtime/places.ts';
import type { BindOption, VolumeOption } from './options.ts';

/** The volumes of one container, found or made one by one. */
export class Volumes {
  /** Those without a name, which go with the container. */
  readonly anonymous: string[] = [];
  /** Those that are still empty and take what the image has at their place. */
  readonly copyUps: CopyUp[] = [];

  /** The folder of a volume; it is made when it is missing. */
  open({ name, target, noCopy }: VolumeOption): string {
    const own = name ?? newId();
    if (name === undefined) this.anonymous.push(own);
    const folder = join(place('volumes', own), '_data');
    if (!existsSync(folder)) mkdirSync(folder, { mode: 0o755 });
    if (!noCopy && readdirSync(folder).length === 0) this.copyUps.push({ destination: target, volumeFolder: folder });
    return folder;
  }
}

/** The folder that a volume of this name has or would have. */
export function volumeFolder(name: string): string {
  return join(rootFolder(), 'volumes', name, '_data');
}

/** -v makes a source that is missing as a folder; --mount wants it to be there. */
export function makeMissingSource({ source, createSource }: BindOption): void {
  if (!createSource || existsSync(source)) return;
  try {
    mkdirSync(source, { recursive: true });
  } catch (error) {
    throw new Error(`bind source path ${source} cannot be made: ${(error as Error).message}`);
  }
}
