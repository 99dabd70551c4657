// What a container lends to others that share its namespaces.

import { readlinkSync } from 'node:fs';
import { hostname as machineName } from 'node:os';
import { NAMESPACE_FILES } from '../namespaces/flags.ts';
import type { NamespaceType } from '../oci.ts';
import { loadBundle } from '../runtime/bundle.ts';
import { findContainer } from '../runtime/names.ts';
import { loadState } from '../runtime/state.ts';

/**
 * The file of a namespace of a container, or undefined when that is our own, which nobody needs to join.
 * @throws Error when there is no such container or it does not run.
 */
export function runningNamespace(reference: string, type: NamespaceType): string | undefined {
  const file = NAMESPACE_FILES[type];
  const path = `${processOf(reference)}/ns/${file}`;
  return readlinkSync(path) === readlinkSync(`/proc/self/ns/${file}`) ? undefined : path;
}

/** The root of a container that runs: `/proc/PID/root`. */
export function rootOf(reference: string): string {
  return `${processOf(reference)}/root`;
}

function processOf(reference: string): string {
  const { status, pid } = loadState(findContainer(reference));
  if (status !== 'running') throw new Error(`cannot join the namespaces of container ${reference}: it is not running`);
  return `/proc/${pid}`;
}

/** The host name of a container: that of its specification, or where it has none, the machine's. */
export function hostnameOf(reference: string): string {
  return loadBundle(findContainer(reference))?.spec.hostname ?? machineName();
}
