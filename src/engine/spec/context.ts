// What the translation needs to know besides the options: facts about this machine and about other containers.
// The engine gives answers that hold for a real start, `slipway spec` gives answers that fit any.

import { existsSync } from 'node:fs';
import { defaultMappings, type IdMaps, identityMappings } from '../../namespaces/idmap.ts';
import type { NamespaceType } from '../../oci.ts';
import { isRoot } from '../../runtime/places.ts';
import { availableCapabilities, CAPABILITIES } from '../../security/capabilities.ts';
import type { VolumeOption } from '../options.ts';

export interface SpecContext {
  /** 64 hex digits; the first 12 are the host name. */
  id: string;
  /** The folder that becomes the container's root. */
  rootPath: string;
  /** True for an ordinary user, who needs a user namespace. */
  rootless: boolean;
  /** The capabilities that there are to give. */
  capabilities: readonly string[];
  /** The ids of a new user namespace. */
  mappings: IdMaps;
  /**
   * The file of a namespace of another container: `/proc/PID/ns/net`; undefined when that is the host's, which needs no
   * joining. @throws Error when the container does not run.
   */
  namespacePath(container: string, type: NamespaceType): string | undefined;
  /** The root of another container as the host sees it: `/proc/PID/root`. */
  rootOf(container: string): string;
  /** The host name that another container has. */
  hostnameOf(container: string): string;
  /** The folder that a volume lies in; it is made if it must be. */
  volumePath(volume: VolumeOption): string;
}

/** The facts of this machine; the caller adds those of the container. */
export function machineContext(): Pick<SpecContext, 'rootless' | 'mappings' | 'capabilities'> {
  return {
    rootless: !isRoot,
    mappings: isRoot ? identityMappings() : defaultMappings(),
    capabilities: isRoot ? availableCapabilities() : CAPABILITIES, // a user namespace begins with all of them
  };
}

/** Statically linked programs that do a PID 1's duties: reap orphans and pass signals on. */
const INIT_PROGRAMS = [
  '/usr/bin/tini-static',
  '/usr/bin/docker-init',
  '/usr/libexec/docker/docker-init',
  '/usr/bin/catatonit',
  '/usr/libexec/podman/catatonit',
];

/** The machine's own small init, for --init. @throws Error when it has none. */
export function findInitProgram(programs: readonly string[] = INIT_PROGRAMS): string {
  const found = programs.find((path) => existsSync(path));
  if (!found) throw new Error('--init needs a small init program, and this machine has none: install the package tini');
  return found;
}
