// What a process gives up before it becomes the user's program: groups, ids, capabilities, system calls.
//
// The order matters. The bounding set is cut while we still have CAP_SETPCAP; ids change before capabilities are set,
// since a change of the user id drops them; a seccomp filter needs CAP_SYS_ADMIN or no_new_privs to be loaded, so
// without the latter it comes before capabilities are dropped, and with it it comes last of all.

import {
  O_CLOEXEC,
  O_NONBLOCK,
  PR_CAP_AMBIENT,
  PR_CAP_AMBIENT_CLEAR_ALL,
  PR_CAP_AMBIENT_RAISE,
  PR_CAPBSET_DROP,
  PR_CAPBSET_READ,
  PR_SET_DUMPABLE,
  PR_SET_KEEPCAPS,
  PR_SET_NO_NEW_PRIVS,
  PROC_SUPER_MAGIC,
  S_IFCHR,
  SECCOMP_FILTER_FLAGS,
} from '../linux/constants.ts';
import {
  capget,
  capset,
  SECCOMP_SET_MODE_FILTER,
  seccomp,
  setgroups,
  setresgid,
  setresuid,
} from '../linux/credentials.ts';
import { isErrno } from '../linux/door.ts';
import { close, fchown, fstat, fstatfs, open, readAll, umask } from '../linux/files.ts';
import { prctl } from '../linux/process.ts';
import type { CapabilitySets, Process, User } from '../oci.ts';
import { beyond, CAPABILITIES, toMask } from './capabilities.ts';

/** A compiled seccomp filter, and how it is loaded (seccomp-flags.ts). */
export interface Filter {
  program: Buffer;
  flags: number;
  /** Hands the descriptor by which the filter asks to the agent, and returns when the agent has it. */
  announce(listener: number): void;
}

/**
 * Gives everything up.
 * @param filter the seccomp filter, if there is one.
 * @param asUser runs as the new user, before the last filter is loaded; `lost` are capabilities that cannot be had.
 */
export function confine(process: Process, filter: Filter | undefined, asUser: (lost: string[]) => void): void {
  const { user, capabilities = {}, noNewPrivileges = false } = process;
  umask(user.umask ?? 0o022);
  if (noNewPrivileges) prctl(PR_SET_NO_NEW_PRIVS, 1);
  else if (filter) load(filter);
  const bounding = boundingSet();
  dropBounding(bounding, toMask(capabilities.bounding));
  prctl(PR_SET_KEEPCAPS, 1);
  giveStdio(user.uid);
  becomeUser(user);
  prctl(PR_SET_KEEPCAPS, 0);
  const lost = setCapabilities(capabilities, bounding);
  prctl(PR_SET_DUMPABLE, 0); // a change of ids may have set it anew
  asUser(lost);
  if (noNewPrivileges && filter) load(filter);
}

function load({ program, flags, announce }: Filter): void {
  const listener = seccomp(SECCOMP_SET_MODE_FILTER, flags, program);
  if (flags & SECCOMP_FILTER_FLAGS.SECCOMP_FILTER_FLAG_NEW_LISTENER) announce(listener);
}

/** What this process could ever have: a mask. */
function boundingSet(): bigint {
  let mask = 0n;
  for (const bit of CAPABILITIES.keys()) {
    if (isInBoundingSet(bit)) mask |= 1n << BigInt(bit);
  }
  return mask;
}

/** EINVAL is the answer of a kernel that does not know the capability. */
function isInBoundingSet(bit: number): boolean {
  try {
    return prctl(PR_CAPBSET_READ, bit) === 1;
  } catch (error) {
    if (isErrno(error, 'EINVAL')) return false;
    throw error;
  }
}

function dropBounding(bounding: bigint, keep: bigint): void {
  for (const bit of CAPABILITIES.keys()) {
    const mask = 1n << BigInt(bit);
    if (bounding & mask && !(keep & mask)) prctl(PR_CAPBSET_DROP, bit);
  }
}

/** The new user may open /dev/stdout, so it has to own the pipe or terminal behind it; /dev/null stays root's. */
function giveStdio(uid: number): void {
  for (const fd of [0, 1, 2]) {
    const stat = fstat(fd);
    const isNull = stat.type === S_IFCHR && stat.rdevMajor === 1 && stat.rdevMinor === 3;
    if (stat.uid === uid || isNull) continue;
    try {
      fchown(fd, uid, -1);
    } catch (error) {
      if (!isErrno(error, 'EPERM', 'EROFS', 'EINVAL')) throw error;
    }
  }
}

/** Groups first: once we are the user we may not change them any more. */
function becomeUser({ uid, gid, additionalGids = [] }: User): void {
  try {
    if (!isSetgroupsDenied()) setgroups([...new Set(additionalGids)]);
    setresgid(gid, gid, gid);
    setresuid(uid, uid, uid);
  } catch (error) {
    if (!isErrno(error, 'EINVAL')) throw error;
    throw new Error(
      `user ${uid}:${gid} is not in this user namespace, which has the ids of /proc/self/uid_map and gid_map: lines in /etc/subuid and /etc/subgid give an ordinary user's containers more of them`,
    );
  }
}

/**
 * True in a user namespace where the groups may not be changed, for good (man 7 user_namespaces). The image may have a
 * file of that name too, which would have us keep the groups of the host's root: so it has to be proc's.
 */
export function isSetgroupsDenied(): boolean {
  let fd: number;
  try {
    fd = open('/proc/self/setgroups', O_CLOEXEC | O_NONBLOCK);
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO')) return false;
    throw error;
  }
  try {
    return fstatfs(fd).type === PROC_SUPER_MAGIC && readAll(fd).trim() === 'deny';
  } finally {
    close(fd);
  }
}

/**
 * What was asked for, as far as it can be had. A user who is not root loses all of it by execve but the ambient set.
 * @returns what cannot be had.
 */
function setCapabilities(sets: CapabilitySets, bounding: bigint): string[] {
  const ours = capget().permitted;
  const permitted = toMask(sets.permitted) & bounding & ours;
  const inheritable = toMask(sets.inheritable) & bounding;
  capset({ effective: toMask(sets.effective) & permitted, permitted, inheritable });
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL);
  const ambient = toMask(sets.ambient) & permitted & inheritable;
  for (const bit of CAPABILITIES.keys()) {
    if (ambient & (1n << BigInt(bit))) prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, bit);
  }
  return beyond(ours, sets);
}
