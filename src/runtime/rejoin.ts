// The namespaces of another container, by the file that the kernel has for each: it is named by the number of that
// container's first process, so it is looked up at each start.

import { readlinkSync } from 'node:fs';
import { NAMESPACE_FILES } from '../namespaces/flags.ts';
import type { Mount, NamespaceType, Spec } from '../oci.ts';
import type { Bundle } from './bundle.ts';
import { findContainer } from './names.ts';
import { loadState } from './state.ts';

/**
 * The file of a namespace of a container, or undefined when that is our own, which nobody needs to join.
 * @throws Error when there is no such container or it does not run.
 */
export function runningNamespace(reference: string, type: NamespaceType): string | undefined {
  const file = NAMESPACE_FILES[type];
  const path = `${processOf(reference)}/ns/${file}`;
  return readlinkSync(path) === readlinkSync(`/proc/self/ns/${file}`) ? undefined : path;
}

/** The first process of a container that runs: `/proc/PID`. */
export function processOf(reference: string): string {
  const { status, pid } = loadState(findContainer(reference));
  if (status !== 'running') throw new Error(`cannot join the namespaces of container ${reference}: it is not running`);
  return `/proc/${pid}`;
}

/**
 * The specification of a container that is started again: those whose namespaces it joins may have another first process
 * by now, and the number of the old one may be a stranger's.
 * @throws Error when one of them is gone or does not run.
 */
export function rejoin({ spec, joins }: Pick<Bundle, 'spec' | 'joins'>): Spec {
  const { linux = {}, mounts = [] } = spec;
  if (Object.keys(joins).length === 0) return spec;
  const namespaces = (linux.namespaces ?? []).map((namespace) => {
    const id = joins[namespace.type];
    const path = id === undefined ? undefined : runningNamespace(id, namespace.type);
    return path === undefined ? namespace : { ...namespace, path };
  });
  return { ...spec, mounts: mounts.map((mount) => remount(mount, joins.ipc)), linux: { ...linux, namespaces } };
}

/** The other's /dev/shm, which goes with its IPC namespace. */
function remount(mount: Mount, ipc: string | undefined): Mount {
  const [, below] = /^\/proc\/\d+\/root(\/.*)$/.exec(mount.source ?? '') ?? [];
  return below === undefined || ipc === undefined ? mount : { ...mount, source: `${processOf(ipc)}/root${below}` };
}
