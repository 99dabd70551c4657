// Devices, of which there are two questions: which nodes lie in /dev, and which the devices controller lets be used.

import type { Device, DeviceRule, Mount } from '../../oci.ts';
import type { AskedOptions } from '../options.ts';
import { allDevices, devicesWanted } from './host-devices.ts';
import { isInUserNamespace, type ResolvedOptions } from './namespaces.ts';

/** The nodes beyond null, zero and their kin, which every container has. */
export function deviceNodes({ devices, security, namespaces }: ResolvedOptions): Device[] {
  const given = isInUserNamespace(namespaces) ? [] : devices; // see deviceMounts()
  const wanted = given.flatMap(({ hostPath, containerPath }) => devicesWanted(hostPath, containerPath));
  if (!security.privileged) return wanted;
  const own = new Set(wanted.map(({ path }) => path));
  return [...allDevices().filter(({ path }) => !own.has(path)), ...wanted];
}

/**
 * In a user namespace no node can be made, so the host's own is shown. On a read-only mount a device can be written to
 * all the same, but nobody can take it from the host by chmod.
 */
export function deviceMounts({ devices, namespaces }: ResolvedOptions): Mount[] {
  if (!isInUserNamespace(namespaces)) return [];
  return devices.flatMap(({ hostPath, containerPath }) => {
    const places = devicesWanted(hostPath, containerPath).map(({ path }) => path);
    const options = ['bind', 'rprivate', 'ro', 'nosuid', 'noexec'];
    return places.map((destination) => {
      return { destination, type: 'bind', source: hostPath + destination.slice(containerPath.length), options };
    });
  });
}

const allow = (type: 'c' | 'b', major: number | undefined, minor: number | undefined, access: string): DeviceRule => ({
  allow: true,
  type,
  ...(major === undefined ? {} : { major }),
  ...(minor === undefined ? {} : { minor }),
  access,
});

/** What every container may do: make any node, and open the ones that it always has. */
export const USUAL_RULES: readonly DeviceRule[] = [
  allow('c', undefined, undefined, 'm'),
  allow('b', undefined, undefined, 'm'),
  allow('c', 1, 3, 'rwm'), // null
  allow('c', 1, 5, 'rwm'), // zero
  allow('c', 1, 7, 'rwm'), // full
  allow('c', 1, 8, 'rwm'), // random
  allow('c', 1, 9, 'rwm'), // urandom
  allow('c', 5, 0, 'rwm'), // tty
  allow('c', 5, 1, 'rwm'), // console
  allow('c', 5, 2, 'rwm'), // ptmx
  allow('c', 136, undefined, 'rwm'), // pts/*
];

/** The rules in their order: the later one counts. */
export function deviceRules({ devices, security, resources }: AskedOptions): DeviceRule[] {
  if (security.privileged) return [{ allow: true, type: 'a', access: 'rwm' }];
  const ofNodes = devices.flatMap(({ hostPath, containerPath, access }) =>
    devicesWanted(hostPath, containerPath).map(({ type, major, minor }) => allow(type, major, minor, access)),
  );
  const nothing: DeviceRule = { allow: false, type: 'a', access: 'rwm' };
  return [nothing, ...USUAL_RULES, ...ofNodes, ...resources.deviceRules.map(parseDeviceRule)];
}

/**
 * A rule of --device-cgroup-rule, in the kernel's words: `c 10:* rwm`.
 * @throws Error when it is not of that form.
 */
export function parseDeviceRule(text: string): DeviceRule {
  const match = /^([acb]) (\d+|\*):(\d+|\*) ([rwm]{1,3})$/.exec(text);
  if (!match)
    throw new Error(`invalid device cgroup format '${text}'. Write it as 'c 10:200 rwm', with * for any number`);
  const [, type, major, minor, access] = match as unknown as [string, 'a' | 'c' | 'b', string, string, string];
  const numbers = { ...(major === '*' ? {} : { major: +major }), ...(minor === '*' ? {} : { minor: +minor }) };
  return { allow: true, type, ...numbers, access };
}
