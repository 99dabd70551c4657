// The eight kinds of namespaces: their names in the specification, their flags, and when each can be entered.
//
// Most are made by clone3, in one call. Two are not: the cgroup namespace takes as its root the cgroup a process is in,
// so init makes it after it has joined its cgroup; and a process enters a new time namespace only by execve.

import {
  AT_FDCWD,
  CLONE_NEWCGROUP,
  CLONE_NEWIPC,
  CLONE_NEWNET,
  CLONE_NEWNS,
  CLONE_NEWPID,
  CLONE_NEWTIME,
  CLONE_NEWUSER,
  CLONE_NEWUTS,
  O_CLOEXEC,
} from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { close, fstatat, open, tryFstatat, writeText } from '../linux/files.ts';
import { getNamespaceType, setns, unshare } from '../linux/namespaces.ts';
import type { Namespace, NamespaceType, TimeOffsets } from '../oci.ts';

/** The flag of each kind, for clone3, unshare and setns. */
export const NAMESPACE_FLAGS: Record<NamespaceType, number> = {
  mount: CLONE_NEWNS,
  uts: CLONE_NEWUTS,
  ipc: CLONE_NEWIPC,
  pid: CLONE_NEWPID,
  network: CLONE_NEWNET,
  user: CLONE_NEWUSER,
  cgroup: CLONE_NEWCGROUP,
  time: CLONE_NEWTIME,
};

/** The name of each kind's file in /proc/PID/ns. */
export const NAMESPACE_FILES: Record<NamespaceType, string> = {
  mount: 'mnt',
  uts: 'uts',
  ipc: 'ipc',
  pid: 'pid',
  network: 'net',
  user: 'user',
  cgroup: 'cgroup',
  time: 'time',
};

export const NAMESPACE_TYPES = Object.keys(NAMESPACE_FLAGS) as NamespaceType[];

/** True when the container gets a new namespace of this kind. */
export function hasNew(namespaces: readonly Namespace[], type: NamespaceType): boolean {
  return namespaces.some((namespace) => namespace.type === type && namespace.path === undefined);
}

/** The flags for clone3: every new namespace but cgroup and time. */
export function cloneFlags(namespaces: readonly Namespace[]): number {
  return namespaces
    .filter(({ type, path }) => path === undefined && type !== 'cgroup' && type !== 'time')
    .reduce((flags, { type }) => flags | NAMESPACE_FLAGS[type], 0);
}

/**
 * Makes the new namespaces that clone3 does not: for init, once it is in its cgroup. The clocks of a time namespace can be
 * set until a process enters it.
 */
export function unshareInside(namespaces: readonly Namespace[], timeOffsets: TimeOffsets = {}): void {
  const flags = (['cgroup', 'time'] as const)
    .filter((type) => hasNew(namespaces, type))
    .reduce((all, type) => all | NAMESPACE_FLAGS[type], 0);
  if (flags !== 0) unshare(flags);
  const lines = Object.entries(timeOffsets).map(
    ([clock, { secs = 0, nanosecs = 0 }]) => `${clock} ${secs} ${nanosecs}`,
  );
  if (lines.length > 0) writeText('/proc/self/timens_offsets', lines.join('\n'));
}

/**
 * Joins what has to be joined before clone3: a PID namespace takes in only children, and the namespaces that clone3 makes
 * belong to the user namespace we are in. Root, who has rights over all of them, joins the user namespace last, since it
 * loses rights by that; anybody else joins it first, since they gain some.
 * @throws SyscallError, or Error for a file that is no namespace of that kind.
 */
export function joinOutside(namespaces: readonly Namespace[]): void {
  const order = process.geteuid?.() === 0 ? ['pid', 'user'] : ['user', 'pid'];
  joinAll(order.flatMap((type) => namespaces.filter((namespace) => namespace.type === type)));
}

/** Joins the other namespaces that have a path. The paths are the host's, so the mount namespace comes last. */
export function joinInside(namespaces: readonly Namespace[]): void {
  const inside = namespaces.filter(({ type }) => type !== 'pid' && type !== 'user');
  joinAll(inside.toSorted((a, b) => Number(a.type === 'mount') - Number(b.type === 'mount')));
}

/** Who is in one already stays there: for a user namespace setns would be an error. */
function joinAll(namespaces: readonly Namespace[]): void {
  const opened = namespaces
    .filter((namespace): namespace is Required<Namespace> => namespace.path !== undefined)
    .filter((namespace) => !isOwn(namespace))
    .map(({ type, path }) => ({ type, path, fd: openNamespace(type, path) }));
  for (const { type, fd } of opened) {
    setns(fd, NAMESPACE_FLAGS[type]);
    close(fd);
  }
}

/** True for a namespace by path that this process is in, which makes it the host's. */
export function isOwn({ type, path }: Namespace): boolean {
  if (path === undefined) return false;
  const ours = fstatat(AT_FDCWD, `/proc/self/ns/${NAMESPACE_FILES[type]}`);
  const theirs = tryFstatat(AT_FDCWD, path);
  return theirs?.ino === ours.ino && theirs.devMajor === ours.devMajor && theirs.devMinor === ours.devMinor;
}

/** Opens the file of a namespace and makes sure that it is one of this kind (man 2 ioctl_ns). */
export function openNamespace(type: NamespaceType, path: string): number {
  const fd = open(path, O_CLOEXEC);
  try {
    if (getNamespaceType(fd) !== NAMESPACE_FLAGS[type]) throw new Error(`${path} is not a ${type} namespace`);
    return fd;
  } catch (error) {
    close(fd);
    if (isErrno(error, 'ENOTTY')) throw new Error(`${path} is no namespace at all`);
    throw error;
  }
}
