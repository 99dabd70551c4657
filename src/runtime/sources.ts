// Sources of bind mounts that have to be opened with the host's rights and in the host's mounts, ahead of the clone: those
// that stay the source's peers (rshared), and those whose owners are shown by an id map. Init gets them as descriptors of
// mounts that have no place yet.

import { O_CLOEXEC } from '../linux/constants.ts';
import { close, open } from '../linux/files.ts';
import { makeUserNamespace } from '../namespaces/user-namespace.ts';
import type { Mount, Spec } from '../oci.ts';
import { copyMapped } from '../volumes/mapped.ts';
import { copySharedSources } from '../volumes/propagation.ts';

/** By the mount that they are for. */
export type Sources = ReadonlyMap<Mount, number>;

/** @throws Error for ids that cannot be mapped. */
export function openSources(spec: Spec): Sources {
  const mounts = spec.mounts ?? [];
  const sources = copySharedSources(mounts.filter((mount) => !isMapped(mount)));
  for (const mount of mounts.filter(isMapped)) sources.set(mount, copyMapped(mount, openMap(mount, spec)));
  return sources;
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
