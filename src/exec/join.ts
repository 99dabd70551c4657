// Enters the namespaces of a running process: what `exec`, and nsenter, are made of (man 2 setns).
//
// All of them are opened first, while the host's /proc can be seen, and the process is looked at again afterwards: had it
// ended, its number might be somebody else's by now. A user namespace is joined first by who needs its rights, and last
// by root, who would lose rights by it.

import { readFileSync, readlinkSync } from 'node:fs';
import {
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
import { setresgid, setresuid } from '../linux/credentials.ts';
import { close, open } from '../linux/files.ts';
import { setns } from '../linux/namespaces.ts';
import type { NamespaceType } from '../oci.ts';

/** A process, known by its number and by when it began (field 22 of /proc/PID/stat). */
export interface JoinTarget {
  pid: number;
  startedAt: string;
}

/** A namespace that is open. */
export interface OpenNamespace {
  type: NamespaceType;
  fd: number;
}

/** In the order of joining; `user` is put in front or at the end. */
const KINDS: readonly [NamespaceType, string, number][] = [
  ['cgroup', 'cgroup', CLONE_NEWCGROUP],
  ['ipc', 'ipc', CLONE_NEWIPC],
  ['uts', 'uts', CLONE_NEWUTS],
  ['network', 'net', CLONE_NEWNET],
  ['time', 'time', CLONE_NEWTIME],
  ['pid', 'pid', CLONE_NEWPID],
  ['mount', 'mnt', CLONE_NEWNS], // last: it changes what every path means
];
const USER: [NamespaceType, string, number] = ['user', 'user', CLONE_NEWUSER];

/** Opens those of the wanted namespaces that the target does not share with us. @throws Error when it has ended. */
export function openNamespaces({ pid, startedAt }: JoinTarget, types: readonly NamespaceType[]): OpenNamespace[] {
  const isRoot = process.geteuid?.() === 0;
  const ordered = isRoot ? [...KINDS, USER] : [USER, ...KINDS];
  const opened = ordered
    .filter(([type, file]) => types.includes(type) && differs(pid, file))
    .map(([type, file]) => ({ type, fd: open(`/proc/${pid}/ns/${file}`, O_CLOEXEC) }));
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  if (stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] !== startedAt)
    throw new Error('the container has just ended');
  return opened;
}

function differs(pid: number, file: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/ns/${file}`) !== readlinkSync(`/proc/self/ns/${file}`);
  } catch (error) {
    throw new Error('the container has just ended', { cause: error });
  }
}

/** Joins them. In a user namespace we become its root, since our old id may not exist there. */
export function joinNamespaces(namespaces: readonly OpenNamespace[]): void {
  const flags = new Map([...KINDS, USER].map(([type, , flag]) => [type, flag]));
  for (const { type, fd } of namespaces) {
    setns(fd, flags.get(type) ?? 0);
    close(fd);
    if (type === 'user') {
      setresgid(0, 0, 0);
      setresuid(0, 0, 0);
    }
  }
}
