// All mounts of a container, in the order in which they are made: Docker's own, then the user's, then volumes that the
// image asks for. A place that the user mounts on is not mounted on by default.

import { posix } from 'node:path';
import type { Mount } from '../../oci.ts';
import type { ImageConfig } from '../image-config.ts';
import type { BindOption, ContainerOptions, MountOption, TmpfsOption, VolumeOption } from '../options.ts';
import { findInitProgram, type SpecContext } from './context.ts';
import { defaultMounts } from './default-mounts.ts';
import { deviceMounts } from './devices.ts';
import type { ResolvedOptions } from './namespaces.ts';
import { INIT_PATH } from './process.ts';
import { mergeTmpfsOptions } from './tmpfs-options.ts';

/** @throws Error when two mounts want the same place. */
export function makeMounts(options: ResolvedOptions, image: ImageConfig, context: SpecContext): Mount[] {
  const wanted = [...options.mounts, ...imageVolumes(options, image)];
  refuseDuplicates(wanted);
  const taken = new Set(wanted.map(({ target }) => posix.normalize(target)));
  const isFree = ({ destination }: Mount) => !taken.has(destination) && !(taken.has('/dev') && isBelowDev(destination));
  // What lies nearer to the root comes first, or it would cover the rest.
  const users = wanted.toSorted((a, b) => depth(a.target) - depth(b.target)).map((mount) => toMount(mount, context));
  return [...defaultMounts(options, context).filter(isFree), ...deviceMounts(options), ...users, ...initMount(options)];
}

function isBelowDev(path: string): boolean {
  return path.startsWith('/dev/');
}

function depth(path: string): number {
  return posix.normalize(path).split('/').filter(Boolean).length;
}

/** The volumes that the image asks for, where the user has not mounted something else. */
function imageVolumes({ mounts }: ContainerOptions, image: ImageConfig): VolumeOption[] {
  const taken = new Set(mounts.map(({ target }) => posix.normalize(target)));
  const targets = Object.keys(image.Volumes ?? {}).map((path) => posix.join('/', path));
  const free = targets.filter((target) => !taken.has(target));
  return free.map((target) => ({ type: 'volume', target, readonly: false, noCopy: false }));
}

function refuseDuplicates(mounts: readonly MountOption[]): void {
  const seen = new Set<string>();
  for (const target of mounts.map((mount) => posix.normalize(mount.target))) {
    if (seen.has(target)) throw new Error(`duplicate mount point: ${target}`);
    seen.add(target);
  }
}

function toMount(mount: MountOption, context: SpecContext): Mount {
  const destination = posix.normalize(mount.target);
  if (mount.type === 'tmpfs') return tmpfsMount(mount, destination);
  if (mount.type === 'bind') return { destination, type: 'bind', source: mount.source, options: bindWords(mount) };
  const words = ['rbind', 'rprivate', ...(mount.readonly ? ['rro'] : [])];
  return { destination, type: 'bind', source: context.volumePath(mount), options: words };
}

/** `ro` holds for this mount alone, `rro` for all that is mounted below too. */
function bindWords({ readonly, recursive, propagation = 'rprivate' }: BindOption): string[] {
  const how = recursive === 'disabled' ? 'bind' : 'rbind';
  return [how, propagation, ...(readonly ? [recursive === 'enabled' ? 'rro' : 'ro'] : [])];
}

function tmpfsMount({ options }: TmpfsOption, destination: string): Mount {
  const words = mergeTmpfsOptions(['noexec', 'nosuid', 'nodev', 'rprivate'], options);
  return { destination, type: 'tmpfs', source: 'tmpfs', options: words };
}

/** --init: the machine's own small init, seen at Docker's place. */
function initMount({ process }: ContainerOptions): Mount[] {
  if (!process.init) return [];
  return [{ destination: INIT_PATH, type: 'bind', source: findInitProgram(), options: ['bind', 'ro', 'rprivate'] }];
}
