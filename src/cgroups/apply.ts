// Limits a cgroup: what each controller wants written goes to the hierarchy that has the controller.

import { attachDeviceProgram, loadDeviceProgram } from '../linux/bpf.ts';
import { O_RDONLY } from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { close } from '../linux/files.ts';
import type { Resources } from '../oci.ts';
import { CONTROLLERS, type Controller } from './controllers.ts';
import type { Hierarchy } from './detect.ts';
import { deviceProgram } from './devices-bpf.ts';
import { readFile } from './files.ts';
import { openFolder } from './folders.ts';
import { passDownAlso } from './make.ts';
import type { Part } from './part.ts';
import { passRealtimeDown } from './realtime.ts';
import { writeSettings } from './write-settings.ts';

/**
 * Writes all limits.
 * @param hierarchies what the machine has; `parts` may be fewer, and have fewer controllers.
 * @returns sentences about what was asked for and cannot be had here.
 * @throws Error for a limit that is refused, or that this kernel cannot set at all.
 */
export function applyResources(
  parts: readonly Part[],
  resources: Resources,
  hierarchies: readonly Hierarchy[],
): string[] {
  refuseBelowUsage(parts, resources);
  const losses = CONTROLLERS.flatMap((controller) => applyOne(controller, parts, resources, hierarchies));
  applyDevicesV2(parts, resources);
  applyUnified(parts, resources.unified ?? {});
  return [...losses, ...givenUp(resources)].map((loss) => `${loss} cannot be had here: it is left out`);
}

function applyOne(
  controller: Controller,
  parts: readonly Part[],
  resources: Resources,
  hierarchies: readonly Hierarchy[],
): string[] {
  const has = ({ version, controllers }: Hierarchy) =>
    controllers.includes((version === 1 ? controller.v1Name : controller.v2Name) ?? '');
  const part = parts.find(has);
  if (part) {
    if (part.version === 1 && resources.cpu?.realtimeRuntime && controller.v1Name === 'cpu') passRealtimeDown(part);
    return writeSettings(part, part.version === 1 ? controller.v1(resources) : controller.v2(resources));
  }
  if (controller.v1Name === 'devices') return []; // on v2 a program does it, without root there are none
  if (controller.v1(resources).length === 0) return [];
  if (!hierarchies.some(has))
    throw new Error(`this machine's kernel has no ${controller.v1Name} controller: the limit cannot be set`);
  return [`a limit on ${controller.v1Name} (it needs root, or a cgroup with that controller delegated to you)`];
}

/** v1 refuses a limit that is below what is in use by itself; v2 would end processes until it fits. */
function refuseBelowUsage(parts: readonly Part[], { memory = {} }: Resources): void {
  const { limit = 0, checkBeforeUpdate = false } = memory;
  const v2 = parts.find(({ version, controllers }) => version === 2 && controllers.includes('memory'));
  if (!v2 || !checkBeforeUpdate || limit <= 0) return;
  const usage = Number(readFile(v2, 'memory.current') ?? 0);
  if (usage > limit) throw new Error(`memory: a limit of ${limit} bytes is less than the ${usage} bytes in use`);
}

/** Limits that no kernel of today has. */
function givenUp({ memory = {} }: Resources): string[] {
  const isLimited = (memory.kernel ?? -1) >= 0 || (memory.kernelTCP ?? -1) >= 0;
  return [
    ...(isLimited ? ['a limit on kernel memory alone (the kernel has given it up)'] : []),
    ...(memory.useHierarchy === false
      ? ['memory that does not count for the cgroup above (the kernel has given it up)']
      : []),
  ];
}

/** Only on a machine where no hierarchy of v1 has the devices controller. A user's cgroup can do without. */
function applyDevicesV2(parts: readonly Part[], { devices = [] }: Resources): void {
  const hasV1 = parts.some(({ version, controllers }) => version === 1 && controllers.includes('devices'));
  const v2 = parts.find(({ version }) => version === 2);
  if (hasV1 || !v2 || devices.length === 0) return;
  const folder = openFolder(v2, O_RDONLY);
  try {
    attachDeviceProgram(folder, loadDeviceProgram(deviceProgram(devices)));
  } catch (error) {
    if (!(v2.delegated && isErrno(error, 'EPERM'))) throw error;
  } finally {
    close(folder);
  }
}

/** `unified` names files of v2 directly. */
function applyUnified(parts: readonly Part[], unified: Record<string, string>): void {
  const v2 = parts.find(({ version }) => version === 2);
  const settings = Object.entries(unified).map(([file, value]) => ({ file, value }));
  const wrong = settings.find(({ file }) => !isLimit(file));
  if (wrong) throw new Error(`unified: ${wrong.file} is no limit`);
  const [first] = settings;
  if (first && !v2) throw new Error(`unified: ${first.file} needs cgroup v2, which cannot be used here`);
  if (!v2) return;
  const more = settings.map(({ file }) => file.split('.')[0] ?? '').filter((name) => !KNOWN.includes(name));
  passDownAlso(v2, [...new Set(more)]);
  writeSettings(v2, settings);
}

const KNOWN = ['cgroup', ...CONTROLLERS.map(({ v2Name }) => v2Name)];

/** By cgroup.procs any process of the machine could be moved into the cgroup, whose end is then its own. */
export function isLimit(file: string): boolean {
  return !/^cgroup\.(procs|threads|kill|freeze)$|\/|^\.*$/.test(file);
}
