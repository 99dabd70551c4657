// What a config.json of somebody else's leaves to the runtime, as other runtimes understand it.

import { posix, resolve } from 'node:path';
import type { Mount, Spec } from '../oci.ts';
import { USUAL_RULES } from './spec/devices.ts';

/**
 * The specification as our runtime takes it: everything is said.
 * @param folder the bundle's, to which sources of bind mounts are relative.
 */
export function completeSpec(spec: Spec, folder: string): Spec {
  return withUsualDevices(withWholePaths(spec, folder));
}

function withWholePaths(spec: Spec, folder: string): Spec {
  return spec.mounts === undefined
    ? spec
    : { ...spec, mounts: spec.mounts.map((mount) => withWholePath(mount, folder)) };
}

/** A relative destination is an old form, and meant below /. */
function withWholePath(mount: Mount, folder: string): Mount {
  const { source, options = [], type } = mount;
  const isBind = type === 'bind' || options.includes('bind') || options.includes('rbind');
  return {
    ...mount,
    destination: posix.resolve('/', mount.destination),
    ...(isBind && source !== undefined ? { source: resolve(folder, source) } : {}),
  };
}

/** The devices that every container has need no rule of the file's own, which may well begin by denying all of them. */
function withUsualDevices(spec: Spec): Spec {
  const { linux } = spec;
  const rules = linux?.resources?.devices;
  if (rules === undefined) return spec;
  return { ...spec, linux: { ...linux, resources: { ...linux?.resources, devices: [...rules, ...USUAL_RULES] } } };
}
