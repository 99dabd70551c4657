// Sources of bind mounts that have to be opened with the host's rights and in the host's mounts, ahead of the clone: those
// that stay the source's peers (rshared), those whose owners are shown by an id map, and in a user namespace those that its
// root could not reach. Init gets them as descriptors of mounts that have no place yet.

import { existsSync } from 'node:fs';
import { O_CLOEXEC } from '../linux/constants.ts';
import { close, open } from '../linux/files.ts';
import { idOutside } from '../namespaces/idmap.ts';
import { makeUserNamespace, mapsOfContainer } from '../namespaces/user-namespace.ts';
import type { Mount, Spec } from '../oci.ts';
import { copySource } from '../volumes/bind.ts';
import { parseForeign } from '../volumes/foreign.ts';
import { copyMapped } from '../volumes/mapped.ts';
import { parseOptions } from '../volumes/options.ts';
import { copySharedSources } from '../volumes/propagation.ts';
import { isRoot } from './places.ts';
import { outOfReach } from './reach.ts';

/** By the mount that they are for. */
export type Sources = ReadonlyMap<Mount, number>;

/** @throws Error for ids that cannot be mapped. */
export function openSources(spec: Spec): Sources {
  const mounts = spec.mounts ?? [];
  if (!isRoot) return refuseMapped(mounts);
  const sources = copySharedSources(mounts.filter((mount) => !isMapped(mount)));
  for (const mount of mounts.filter(isMapped)) sources.set(mount, copyMapped(mount, openMap(mount, spec)));
  const others = mounts.filter((mount) => !sources.has(mount) && isBind(mount));
  for (const mount of unreachable(others, spec))
    sources.set(mount, copySource(mount, parseOptions(mount.options ?? [])));
  return sources;
}

function isBind({ type, source = '', options = [] }: Mount): boolean {
  const { bind, remount } = parseOptions(options);
  return (bind || type === 'bind') && !remount && !parseForeign(source);
}

/** A source that is not there is out of everybody's reach. */
function unreachable(mounts: readonly Mount[], { linux = {} }: Spec): Mount[] {
  const maps = mapsOfContainer(linux);
  const [uid, gid] = [idOutside(0, maps?.uid ?? []), idOutside(0, maps?.gid ?? [])];
  if (uid === undefined || gid === undefined || mounts.length === 0) return [];
  const far = outOfReach(
    mounts.map(({ source = '' }) => source),
    { uid, gid },
  );
  return mounts.filter(({ source = '' }) => far.includes(source) && existsSync(source));
}

/** An ordinary user has rights over mounts in the container's user namespace alone: init does all there is to do. */
function refuseMapped(mounts: readonly Mount[]): Sources {
  const mapped = mounts.find(isMapped);
  if (mapped)
    throw new Error(`the ids of ${mapped.source} cannot be mapped: only root of the machine has the right to`);
  return new Map();
}

/** In the shim, which would keep the host's file systems busy. */
export function closeSources(sources: Sources): void {
  for (const fd of sources.values()) close(fd);
}

function isMapped({ options = [], uidMappings }: Mount): boolean {
  return uidMappings !== undefined || options.includes('idmap') || options.includes('ridmap');
}

/** The mount's own map, or that of the container's user namespace. */
function openMap({ uidMappings, gidMappings }: Mount, { linux = {} }: Spec): number {
  if (uidMappings && gidMappings) return makeUserNamespace({ uid: uidMappings, gid: gidMappings });
  const joined = linux.namespaces?.find(({ type, path }) => type === 'user' && path !== undefined)?.path;
  if (joined !== undefined) return open(joined, O_CLOEXEC);
  return makeUserNamespace({ uid: linux.uidMappings ?? [], gid: linux.gidMappings ?? [] });
}
