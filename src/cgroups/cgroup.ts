// One cgroup as the rest of Slipway sees it, whatever the machine has: v1, v2 or a hybrid of both.
//
// On v1 it is one folder in every hierarchy, on v2 one folder in all. Making it is mkdir, limiting it is writing to its
// files, joining it is writing a pid, and removing it is rmdir (Documentation/admin-guide/cgroup-v1, cgroup-v2.rst).

import { dirname, join } from 'node:path';
import { attachDeviceProgram, loadDeviceProgram } from '../linux/bpf.ts';
import { O_CLOEXEC, O_DIRECTORY, SIGKILL } from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { close, mkdir, open, writeText } from '../linux/files.ts';
import { kill } from '../linux/process.ts';
import type { Resources } from '../oci.ts';
import { CONTROLLERS } from './controllers.ts';
import { INHERITED_V1 } from './cpuset.ts';
import { detectHierarchies, type Hierarchy } from './detect.ts';
import { deviceProgram } from './devices-bpf.ts';
import { readSetting, writeSetting } from './files.ts';
import { freezeIn, isFrozenIn } from './freezer.ts';
import { removeFolders } from './remove.ts';
import { type Stats, statsOf } from './stats.ts';

/** A hierarchy and our folder in it. */
export interface Part extends Hierarchy {
  folder: string;
}

export interface Cgroup {
  path: string;
  parts: readonly Part[];
  /** Sentences about limits that were asked for and cannot be had here. */
  refused: readonly string[];
  /** For CLONE_INTO_CGROUP: the folder on v2, opened, if there is one. The caller closes it. */
  openV2(): number | undefined;
  /** This process, which must have one thread, joins. */
  joinSelf(): void;
  /** Another process joins. */
  add(pid: number): void;
  processes(): number[];
  freeze(): void;
  thaw(): void;
  /** Ends every process in it, also those that go on forking. */
  killAll(): void;
  update(resources: Resources): void;
  stats(): Stats;
  /** Removes it with what the container made below. Doing it twice is harmless. */
  remove(): void;
}

/**
 * Makes the cgroup `path` (`/slipway/<id>`) in every hierarchy and limits it.
 * @throws Error when it exists with processes in it or frozen, or a limit is refused; nothing is left of it then.
 */
export function createCgroup(path: string, resources: Resources): Cgroup {
  const { parts, refused } = writableParts(path, resources);
  for (const part of parts) refuseUsed(part);
  const cgroup = cgroupOf(path, parts, refused);
  try {
    for (const part of parts) makeFolder(part);
    cgroup.update(resources);
  } catch (error) {
    cgroup.remove();
    throw error;
  }
  return cgroup;
}

/** The cgroup `path` that exists already. */
export function openCgroup(path: string): Cgroup {
  const parts = detectHierarchies().map((hierarchy) => ({ ...hierarchy, folder: join(hierarchy.mountPoint, path) }));
  return cgroupOf(path, parts.filter(exists), []);
}

function exists(part: Part): boolean {
  return readSetting(part.folder, 'cgroup.procs') !== undefined;
}

/** The hierarchies where we may make a folder. Without root that is none, unless one was delegated to us. */
function writableParts(path: string, resources: Resources): { parts: Part[]; refused: string[] } {
  const hierarchies = detectHierarchies();
  if (process.geteuid?.() === 0) {
    return { parts: hierarchies.map((hierarchy) => ({ ...hierarchy, folder: join(hierarchy.mountPoint, path) })), refused: [] };
  }
  const asked = CONTROLLERS.filter((controller) => controller.v2Name !== '' && controller.v1(resources).length > 0);
  const names = asked.map((controller) => controller.v2Name).join(', ');
  const refused = names === '' ? [] : [`limits on ${names} need root, or a cgroup delegated to you: they are left out`];
  return { parts: [], refused };
}

function refuseUsed(part: Part): void {
  const processes = readSetting(part.folder, 'cgroup.procs');
  if (processes) throw new Error(`the cgroup ${part.folder} has processes in it already: choose another --cgroup-parent`);
  if (processes !== undefined && isFrozenIn(part)) throw new Error(`the cgroup ${part.folder} is frozen: thaw it first`);
}

/** mkdir for every missing level, with what each version needs to pass its controllers down. */
function makeFolder(part: Part): void {
  const missing: string[] = [];
  for (let folder = part.folder; folder !== part.mountPoint && !isThere(folder); folder = dirname(folder)) {
    missing.unshift(folder);
  }
  for (const folder of missing) {
    if (part.version === 2) passDown(dirname(folder), part);
    try {
      mkdir(folder, 0o755);
    } catch (error) {
      if (!isErrno(error, 'EEXIST')) throw error; // another start was quicker
    }
    if (part.controllers.includes('cpuset') && part.version === 1) inheritCpuset(folder);
  }
  if (part.version === 2 && missing.length === 0) passDown(dirname(part.folder), part);
}

function isThere(folder: string): boolean {
  return readSetting(folder, 'cgroup.procs') !== undefined;
}

/** Switches on, for the children of `folder`, every controller that it has itself. */
function passDown(folder: string, { controllers }: Part): void {
  const on = (readSetting(folder, 'cgroup.subtree_control') ?? '').split(' ');
  for (const controller of controllers.filter((name) => !on.includes(name))) {
    try {
      writeText(`${folder}/cgroup.subtree_control`, `+${controller}`);
    } catch (error) {
      if (!isErrno(error, 'EBUSY', 'EINVAL', 'ENOENT', 'EOPNOTSUPP')) throw error; // the write of the limit will tell
    }
  }
}

function inheritCpuset(folder: string): void {
  for (const file of INHERITED_V1) {
    if (readSetting(folder, file) === '') {
      writeSetting(folder, { file, value: readSetting(dirname(folder), file) ?? '' });
    }
  }
}

function cgroupOf(path: string, parts: readonly Part[], refused: readonly string[]): Cgroup {
  const v2 = parts.find(({ version }) => version === 2);
  return {
    path,
    parts,
    refused,
    openV2: () => v2 && open(v2.folder, O_DIRECTORY | O_CLOEXEC),
    joinSelf: () => {
      for (const part of parts) joinPart(part);
    },
    add: (pid) => {
      for (const part of parts) writeText(`${part.folder}/cgroup.procs`, String(pid));
    },
    processes: () => [...new Set(parts.flatMap(processesIn))],
    freeze: () => freezeIn(parts, true),
    thaw: () => freezeIn(parts, false),
    killAll: () => killAll(parts),
    update: (resources) => applyResources(parts, resources),
    stats: () => statsOf(parts),
    remove: () => removeFolders(parts, path),
  };
}

/**
 * On v1 a thread that writes 0 to `tasks` moves itself without the wait (7 ms, for RCU) that moving a process by
 * cgroup.procs costs. On v2 there is only cgroup.procs, and clone3 has put us there already.
 */
function joinPart({ version, folder }: Part): void {
  if (version === 1) writeText(`${folder}/tasks`, '0');
  else writeText(`${folder}/cgroup.procs`, '0');
}

function processesIn({ folder }: Part): number[] {
  return (readSetting(folder, 'cgroup.procs') ?? '').split('\n').filter(Boolean).map(Number);
}

function applyResources(parts: readonly Part[], resources: Resources): void {
  for (const { v1Name, v2Name, v1, v2 } of CONTROLLERS) {
    const onV1 = parts.find((part) => part.version === 1 && part.controllers.includes(v1Name));
    const onV2 = parts.find((part) => part.version === 2 && part.controllers.includes(v2Name));
    if (onV1) for (const setting of v1(resources)) writeSetting(onV1.folder, setting);
    else if (onV2) for (const setting of v2(resources)) writeSetting(onV2.folder, setting);
    else if (v2Name !== '' && parts.length > 0) refuseMissing(v1Name, v1(resources).filter(({ optional }) => !optional).length);
  }
  applyDevicesV2(parts, resources);
  applyUnified(parts, resources.unified ?? {});
}

function refuseMissing(controller: string, asked: number): void {
  if (asked > 0) throw new Error(`this machine's kernel offers no ${controller} controller: the limit cannot be set`);
}

function applyDevicesV2(parts: readonly Part[], { devices = [] }: Resources): void {
  const hasV1 = parts.some(({ version, controllers }) => version === 1 && controllers.includes('devices'));
  const v2 = parts.find(({ version }) => version === 2);
  if (hasV1 || !v2 || devices.length === 0) return;
  const folder = open(v2.folder, O_DIRECTORY | O_CLOEXEC);
  try {
    attachDeviceProgram(folder, loadDeviceProgram(deviceProgram(devices)));
  } finally {
    close(folder);
  }
}

/** `unified` names files of v2 directly; a name may not lead out of the cgroup's folder. */
function applyUnified(parts: readonly Part[], unified: Record<string, string>): void {
  const v2 = parts.find(({ version }) => version === 2);
  for (const [file, value] of Object.entries(unified)) {
    if (!/^[a-z0-9_]+(\.[A-Za-z0-9_]+)+$/.test(file)) throw new Error(`unified: "${file}" is no file name of a cgroup`);
    if (!v2) throw new Error(`unified: ${file} needs cgroup v2, which this machine does not have`);
    writeSetting(v2.folder, { file, value });
  }
}

/** v2 has a file for it. On v1 the group is frozen first, so that a forking program cannot run away from the signals. */
function killAll(parts: readonly Part[]): void {
  const v2 = parts.find(({ version }) => version === 2);
  if (v2 && parts.length === 1) return writeText(`${v2.folder}/cgroup.kill`, '1');
  for (let round = 0; round < 100; round++) {
    freezeIn(parts, true);
    const pids = [...new Set(parts.flatMap(processesIn))];
    for (const pid of pids) killQuietly(pid);
    freezeIn(parts, false);
    if (pids.length === 0) return;
  }
}

function killQuietly(pid: number): void {
  try {
    kill(pid, SIGKILL);
  } catch (error) {
    if (!isErrno(error, 'ESRCH')) throw error;
  }
}
