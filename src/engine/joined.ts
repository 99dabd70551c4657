// What a container lends to others that share its namespaces.

import { hostname as machineName } from 'node:os';
import { loadBundle } from '../runtime/bundle.ts';
import { findContainer } from '../runtime/names.ts';
import { processOf } from '../runtime/rejoin.ts';

/** The root of a container that runs: `/proc/PID/root`. */
export function rootOf(reference: string): string {
  return `${processOf(reference)}/root`;
}

/** The host name of a container: that of its specification, or where it has none, the machine's. */
export function hostnameOf(reference: string): string {
  return loadBundle(findContainer(reference))?.spec.hostname ?? machineName();
}
