// Where a container's root comes from: an image, which is layers and a configuration, or a plain folder.

import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { ensureBox } from '../chroot/box.ts';
import { place } from '../runtime/places.ts';
import { BOX_CONFIG, type ImageConfig, NO_IMAGE } from './image-config.ts';
import type { ContainerOptions } from './options.ts';

export interface Source {
  /** What `ps` shows as the image. */
  name: string;
  /** Folders for an overlay, the topmost first; none when `rootfs` is the root itself. */
  layers: string[];
  rootfs?: string;
  /** Bytes: it is a copy of this machine's root, and so much memory takes what changes in it. */
  memorySize?: number;
  config: ImageConfig;
}

/** What the options name. @throws Error when there is no such thing. */
export function openSource(source: Exclude<ContainerOptions['source'], { config: string }>): Source {
  if ('machine' in source) return openMachine(source.machine.memorySize);
  return 'image' in source ? openImage(source.image) : openRootfsFlag(source.rootfs);
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

/** What --rootfs says: a folder, or as Podman has it `DIR:O`, a folder under an overlay, which stays as it is. */
function openRootfsFlag(text: string): Source {
  if (!text.endsWith(':O')) return openRootfs(text);
  const { name, config, rootfs = '' } = openRootfs(text.slice(0, -':O'.length));
  return { name, config, layers: [rootfs] };
}

/** This machine as it is, in a copy. */
function openMachine(memorySize: number): Source {
  return { name: 'this machine', layers: [], memorySize, config: NO_IMAGE };
}
