// What a config.json of somebody else's leaves to the runtime, as other runtimes understand it.

import { posix, resolve } from 'node:path';
import type { DeviceRule, Mount, Spec, User } from '../oci.ts';
import { USUAL_RULES } from './spec/devices.ts';

/**
 * The specification as our runtime takes it: everything is said.
 * @param folder the bundle's, to which sources of bind mounts are relative.
 */
export function completeSpec(spec: Spec, folder: string): Spec {
  return withUsualDevices(withLabels(withoutIdleFilter(withWholePaths(withUser(spec), folder))));
}

function withUser(spec: Spec): Spec {
  const { user = { uid: 0, gid: 0 } } = spec.process as { user?: User };
  return { ...spec, process: { ...spec.process, user } };
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

/** SELinux knows a new file system by an option of it; those that show the kernel's own state have labels already. */
function withLabels(spec: Spec): Spec {
  const { mounts, linux: { mountLabel } = {} } = spec;
  if (!mountLabel || !mounts) return spec;
  const isNew = ({ type = '', options = [] }: Mount) =>
    ['tmpfs', 'devpts', 'ramfs'].includes(type) && !options.includes('remount') && !options.includes('bind');
  const label = (mount: Mount) => ({ ...mount, options: [...(mount.options ?? []), `context="${mountLabel}"`] });
  return { ...spec, mounts: mounts.map((mount) => (isNew(mount) ? label(mount) : mount)) };
}

/** A seccomp profile that says nothing stands for none, as some engines write it. */
function withoutIdleFilter(spec: Spec): Spec {
  const { seccomp, ...linux } = spec.linux ?? {};
  return (seccomp?.defaultAction as string) === '' ? { ...spec, linux } : spec;
}

/**
 * What no rule allows is denied, whether the cgroup began with all devices (v1) or none (v2). Those that every container
 * has need no rule of the file's own, which may well begin by denying all of them.
 */
function withUsualDevices(spec: Spec): Spec {
  const { linux = {} } = spec;
  const rules = linux.resources?.devices ?? [];
  const [first] = rules;
  const begin = first && (first.type ?? 'a') === 'a' ? [] : [NOTHING];
  const devices = [...begin, ...rules, ...USUAL_RULES];
  return { ...spec, linux: { ...linux, resources: { ...linux.resources, devices } } };
}

const NOTHING: DeviceRule = { allow: false, type: 'a', access: 'rwm' };
