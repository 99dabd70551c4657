// Tries something in a child, whose end takes back what it changed: its namespaces, its mounts, its user.
//
//     const refusal = attempt(() => unshare(CLONE_NEWNET));   // undefined when it works

import { CLONE_NEWNS, CLONE_NEWUSER, MS_PRIVATE, MS_REC, O_RDWR } from '../../linux/constants.ts';
import { SyscallError } from '../../linux/errors.ts';
import { dup3, open, writeText } from '../../linux/files.ts';
import { mount } from '../../linux/mount.ts';
import { unshare } from '../../linux/namespaces.ts';
import { execve } from '../../linux/process.ts';
import { isRoot } from '../../runtime/places.ts';
import { inChild } from '../in-child.ts';

export interface Refusal {
  /** `EPERM` and the like; empty for what was no system call. */
  code: string;
  message: string;
}

/** @param trial synchronous. */
export function attempt(trial: () => void): Refusal | undefined {
  const { said, code } = inChild(() => refusalOf(trial));
  if (said !== undefined) return said ?? undefined;
  return code === 0 ? undefined : { code: '', message: `the attempt ended with ${code}` };
}

/** Null when it worked. */
function refusalOf(trial: () => void): Refusal | null {
  try {
    trial();
    return null;
  } catch (error) {
    const code = error instanceof SyscallError ? error.code : ((error as NodeJS.ErrnoException).code ?? '');
    return { code, message: (error as Error).message };
  }
}

/** In a trial: an ordinary user gets the rights that they have in a user namespace of their own; root has them. */
export function takeRights(): void {
  if (!isRoot) enterUserNamespace();
}

/** In a trial: root of a new user namespace. */
export function enterUserNamespace(): void {
  const [uid, gid] = [process.geteuid?.() ?? 0, process.getegid?.() ?? 0];
  unshare(CLONE_NEWUSER);
  writeText('/proc/self/setgroups', 'deny');
  writeText('/proc/self/uid_map', `0 ${uid} 1`);
  writeText('/proc/self/gid_map', `0 ${gid} 1`);
}

/** In a trial: mounts of its own, which nobody else sees. */
export function takeMounts(): void {
  takeRights();
  unshare(CLONE_NEWNS);
  mount(null, '/', null, MS_REC | MS_PRIVATE);
}

/** In a trial: becomes a program that says nothing; its exit code is the answer. */
export function becomeSilently(path: string, words: readonly string[]): void {
  const nothing = open('/dev/null', O_RDWR);
  for (const fd of [0, 1, 2]) dup3(nothing, fd);
  execve(path, [path, ...words], []);
}
