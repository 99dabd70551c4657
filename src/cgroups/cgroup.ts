// One cgroup as the rest of Slipway sees it, whatever the machine has: v1, v2 or a hybrid of both.
//
// On v1 it is one folder in every hierarchy, on v2 one folder in all. Making it is mkdir, limiting it is writing to its
// files, joining it is writing a pid, and removing it is rmdir (Documentation/admin-guide/cgroup-v1, cgroup-v2.rst).

import { relative, resolve } from 'node:path';
import { O_RDONLY } from '../linux/constants.ts';
import { write } from '../linux/files.ts';
import type { Resources } from '../oci.ts';
import { applyResources } from './apply.ts';
import { partsBelow } from './below.ts';
import { delegate } from './delegate.ts';
import { detectHierarchies } from './detect.ts';
import { openFile, writeFile } from './files.ts';
import { isFolder, keepFoldersOpen, openFolder } from './folders.ts';
import { freeze, isFrozen, thawAll } from './freezer.ts';
import { controllersOf, makePart } from './make.ts';
import { type Part, partsOf, writablePartsOf } from './part.ts';
import { killAll, processesOf } from './processes.ts';
import { removeParts } from './remove.ts';
import { oomKillsOf, type Stats, statsOf } from './stats.ts';

export interface Cgroup {
  /** From the root of the hierarchies: what openCgroup takes. */
  path: string;
  parts: readonly Part[];
  /** For CLONE_INTO_CGROUP: the folder on v2, opened, if there is one. The caller closes it. */
  openV2(): number | undefined;
  /** This process, which must have one thread, joins on v1. On v2 clone3 puts a process where it belongs (openV2). */
  joinSelf(): void;
  /**
   * For a process that is forked later and joins then, when the host's paths are gone: opens what it needs.
   * @returns what that process calls. Joining is possible where forking is not, because pids.max is reached.
   */
  joinLater(version: 1 | 2): () => void;
  /** Another process joins on v1. */
  add(pid: number): void;
  /** Gives it to a user, who may then make others below it: on v2 alone. */
  delegate(uid: number): void;
  /** Its processes, and those of cgroups that were made below it. */
  processes(): number[];
  /** Stops all its processes where they are. */
  freeze(): void;
  thaw(): void;
  /** True when its processes are stopped. */
  isFrozen(): boolean;
  /** Thaws also the cgroups that the container made below, and froze. */
  thawAll(): void;
  /** Ends every process in it, also those that go on forking. */
  killAll(): void;
  /** Changes limits. @returns sentences about those that cannot be had here. */
  update(resources: Resources): string[];
  stats(): Stats;
  /** How many of its processes were killed for want of memory. */
  oomKills(): number;
  /** Removes it with what the container made below, and the parents that were made for it. Twice is harmless. */
  remove(): void;
}

/** A cgroup of which as much is made as clone3 needs. */
export interface PreparedCgroup extends Cgroup {
  /**
   * Makes the rest of it, and limits it.
   * @returns sentences about limits that were asked for and cannot be had here.
   * @throws Error when it exists with processes in it or frozen, or a limit is refused.
   */
  complete(resources: Resources): string[];
}

/**
 * Makes the cgroup `path` (`/slipway/<id>`) on v2, for clone3 to put a process into it. The folders of v1 take longer, and
 * a process joins them by itself: complete() makes them. An ordinary user gets a cgroup below the one that was delegated
 * to them, or none.
 */
export function prepareCgroup(path: string): PreparedCgroup {
  if (resolve('/', path) === '/') throw new Error(`"${path}" is no cgroup for a container: the whole machine is in it`);
  keepFoldersOpen();
  const hierarchies = detectHierarchies();
  const wanted = writablePartsOf(path, hierarchies);
  const owned: Owned = { parts: [], above: [] };
  take(
    wanted.filter(({ version }) => version === 2),
    owned,
  );
  const parts = withControllers(wanted, owned);
  const complete = (resources: Resources) => {
    take(
      parts.filter(({ version }) => version === 1),
      owned,
    );
    return applyResources(parts, resources, hierarchies);
  };
  return { ...cgroupOf(pathOf(parts, path), parts, owned), complete };
}

/** What is ours to remove: our cgroup's folders, and those above that were made for it, if they are empty by then. */
interface Owned {
  parts: Part[];
  above: Part[];
}

/**
 * Makes these parts, or takes over those that are there and that nobody uses. From then on they are owned. When one
 * cannot be had, none of them is, and those that were made are gone.
 */
function take(parts: readonly Part[], owned: Owned): void {
  const made: Owned = { parts: [], above: [] };
  try {
    for (const part of parts) {
      const { isNew, above } = makePart(part);
      made.above.push(...above);
      if (isNew) made.parts.push(part);
      else refuseUsed(part);
      refuseFrozen(part);
    }
  } catch (error) {
    removeParts(made.parts, made.above);
    throw error;
  }
  owned.parts.push(...parts);
  owned.above.push(...made.above);
}

/** The parts with their controllers, which only a folder that is there can tell. */
function withControllers(parts: readonly Part[], owned: Owned): Part[] {
  try {
    return parts.map((part) => ({ ...part, controllers: controllersOf(part) }));
  } catch (error) {
    removeParts(owned.parts, owned.above);
    throw error;
  }
}

/** What createCgroup gives; `refused` are sentences about limits that cannot be had here. */
export type LimitedCgroup = Cgroup & { refused: readonly string[] };

/** Makes the cgroup and limits it, in one go. When that fails, nothing new is left of it. */
export function createCgroup(path: string, resources: Resources): LimitedCgroup {
  const cgroup = prepareCgroup(path);
  try {
    return { ...cgroup, refused: cgroup.complete(resources) };
  } catch (error) {
    cgroup.remove();
    throw error;
  }
}

/** The cgroup `path` that exists already. Of a container that has none, undefined: there is nothing in it, and no limit. */
export function openCgroup(path: string | undefined): Cgroup {
  const parts = path === undefined ? [] : partsOf(path, detectHierarchies()).filter(isFolder);
  const known = parts.map((part) => ({ ...part, controllers: controllersOf(part) }));
  return cgroupOf(path ?? '', known, { parts: known, above: [] });
}

/** The cgroup with those below it that the wishes name, see below.ts. @throws Error when they are not there. */
export function openCgroupBelow(path: string | undefined, wishes: readonly string[]): Cgroup {
  const parts = partsBelow(openCgroup(path).parts, wishes);
  return cgroupOf(path ?? '', parts, { parts: [], above: [] });
}

/** Where it really is: below what was delegated, it is longer than what was asked for. */
function pathOf([part]: readonly Part[], asked: string): string {
  return part ? `/${relative(part.mountPoint, part.folder)}` : resolve('/', asked);
}

function refuseUsed(part: Part): void {
  if (processesOf([part]).length > 0) {
    throw new Error(
      `the cgroup ${part.folder} has processes in it already: choose another (--cgroup-parent, linux.cgroupsPath)`,
    );
  }
}

/** A process that joined would stand still, and nobody would learn why. */
function refuseFrozen(part: Part): void {
  if (isFrozen(part)) throw new Error(`the cgroup ${part.folder} is frozen: thaw it first`);
}

function cgroupOf(path: string, parts: readonly Part[], owned: Owned): Cgroup {
  const v2 = parts.find(({ version }) => version === 2);
  const v1 = parts.filter(({ version }) => version === 1);
  return {
    path,
    parts,
    openV2: () => v2 && openFolder(v2, O_RDONLY),
    // A thread that writes 0 to `tasks` moves itself without the wait (7 ms, for RCU) that cgroup.procs costs.
    joinSelf: () => {
      for (const part of v1) writeFile(part, 'tasks', '0');
    },
    joinLater: (version) => {
      const file = version === 1 ? 'tasks' : 'cgroup.procs';
      const files = parts
        .filter((part) => part.version === version)
        .map((part) => ({ fd: openFile(part, file), path: `${part.folder}/${file}` }));
      return () => {
        for (const { fd, path } of files) write(fd, Buffer.from('0'), path);
      };
    },
    add: (pid) => {
      for (const part of v1) writeFile(part, 'cgroup.procs', String(pid));
    },
    delegate: (uid) => delegate(parts, uid),
    processes: () => processesOf(parts),
    freeze: () => freeze(parts, true),
    thaw: () => freeze(parts, false),
    isFrozen: () => parts.some(isFrozen),
    thawAll: () => thawAll(parts),
    killAll: () => killAll(parts),
    update: (resources) => applyResources(parts, resources, detectHierarchies()),
    stats: () => statsOf(parts),
    oomKills: () => oomKillsOf(parts),
    remove: () => removeParts(owned.parts, owned.above),
  };
}
