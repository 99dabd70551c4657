// Where a container's root comes from: an image, which is layers and a configuration, or a plain folder.

import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { ensureBox } from '../chroot/box.ts';
import { place } from '../runtime/places.ts';
import { BOX_CONFIG, type ImageConfig, NO_IMAGE } from './image-config.ts';

export interface Source {
  /** What `ps` shows as the image. */
  name: string;
  /** Folders for an overlay, the topmost first; none when `rootfs` is the root itself. */
  layers: string[];
  rootfs?: string;
  config: ImageConfig;
}

/** The image of this name. @throws Error when there is none. */
export function openImage(name: string): Source {
  if (name !== 'box' && name !== 'box:latest') throw new Error(noSuchImage(name));
  return { name: 'box', layers: [ensureBox(place('layers'))], config: BOX_CONFIG };
}

function noSuchImage(name: string): string {
  return `no such image: "${name}". There is one, box, made of this machine's own programs; --rootfs DIR runs any folder`;
}

/** A folder of the host as root. @throws Error when it is no folder. */
export function openRootfs(path: string): Source {
  const rootfs = resolve(path);
  if (path === '' || !statSync(rootfs, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(`--rootfs "${path}": there is no such folder`);
  }
  return { name: rootfs, layers: [], rootfs, config: NO_IMAGE };
}
