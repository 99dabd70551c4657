// Whose the container's cgroup becomes: its user's, where it has a cgroup namespace and may write to what it sees of it.
// Source: https://github.com/opencontainers/runtime-spec/blob/main/config-linux.md#cgroup-ownership

import { hasNew } from '../namespaces/flags.ts';
import { mapsOf } from '../namespaces/user-namespace.ts';
import type { IdMapping, Mount, Spec } from '../oci.ts';

/** The user's id outside, or undefined when the cgroup stays root's. */
export function cgroupOwner({ process, mounts = [], linux = {} }: Spec): number | undefined {
  if (!hasNew(linux.namespaces ?? [], 'cgroup') || !mounts.some(isWritableCgroup)) return undefined;
  const user = linux.namespaces?.find(({ type }) => type === 'user');
  if (user === undefined) return process.user.uid || undefined;
  return idOutside(process.user.uid, user.path === undefined ? (linux.uidMappings ?? []) : mapsOf(user.path).uid);
}

function isWritableCgroup({ type, destination, options = [] }: Mount): boolean {
  return type === 'cgroup' && destination === '/sys/fs/cgroup' && !options.includes('ro');
}

function idOutside(id: number, maps: readonly IdMapping[]): number | undefined {
  const map = maps.find(({ containerID, size }) => id >= containerID && id < containerID + size);
  return map && map.hostID + id - map.containerID;
}
