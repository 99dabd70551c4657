// What a config.json of somebody else's leaves to the runtime, as other runtimes understand it.

import type { Mount, Spec } from '../oci.ts';
import { USUAL_RULES } from './spec/devices.ts';

/** The specification as our runtime takes it: everything is said. */
export function completeSpec(spec: Spec): Spec {
  return withHostsCgroups(withUsualDevices(spec));
}

/** The devices that every container has need no rule of the file's own, which may well begin by denying all of them. */
function withUsualDevices(spec: Spec): Spec {
  const { linux } = spec;
  const rules = linux?.resources?.devices;
  if (rules === undefined) return spec;
  return { ...spec, linux: { ...linux, resources: { ...linux?.resources, devices: [...rules, ...USUAL_RULES] } } };
}

/** A user namespace may mount cgroups only of a cgroup namespace of its own. Else it sees the host's, read-only. */
function withHostsCgroups(spec: Spec): Spec {
  const types = spec.linux?.namespaces?.map(({ type }) => type) ?? [];
  if (!types.includes('user') || types.includes('cgroup')) return spec;
  return { ...spec, mounts: (spec.mounts ?? []).map(hostsInstead) };
}

function hostsInstead(mount: Mount): Mount {
  if (mount.type !== 'cgroup') return mount;
  const options = ['rbind', 'rprivate', 'rnosuid', 'rnoexec', 'rnodev', 'rro'];
  return { destination: mount.destination, type: 'bind', source: '/sys/fs/cgroup', options };
}
