// Whose the container's cgroup becomes: its user's, where it has a cgroup namespace and may write to what it sees of it.
// Source: https://github.com/opencontainers/runtime-spec/blob/main/config-linux.md#cgroup-ownership

import { hasNew } from '../namespaces/flags.ts';
import { idOutside } from '../namespaces/idmap.ts';
import { mapsOfContainer } from '../namespaces/user-namespace.ts';
import type { Mount, Spec } from '../oci.ts';

/** The user's id outside, or undefined when the cgroup stays root's. */
export function cgroupOwner({ process, mounts = [], linux = {} }: Spec): number | undefined {
  if (!hasNew(linux.namespaces ?? [], 'cgroup') || !mounts.some(isWritableCgroup)) return undefined;
  const { uid } = process.user;
  const maps = mapsOfContainer(linux);
  return maps === undefined ? uid || undefined : idOutside(uid, maps.uid);
}

function isWritableCgroup({ type, destination, options = [] }: Mount): boolean {
  return type === 'cgroup' && destination === '/sys/fs/cgroup' && !options.includes('ro');
}
