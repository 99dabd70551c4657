// Who a process is: user and group ids.
// The ids are set by raw system calls, which change the calling thread alone: a forked child has just one, while
// libc's functions would look for the parent's other threads.

import { bind, bindNumber, call } from './door.ts';

export { type CapabilityMasks, capget, capset } from './capabilities.ts';
export { keyctlJoinSessionKeyring, keyctlSetPermission } from './keyring.ts';
export { SECCOMP_SET_MODE_FILTER, seccomp } from './seccomp.ts';

const native = {
  getuid: bind('unsigned int getuid()'),
  geteuid: bind('unsigned int geteuid()'),
  getgid: bind('unsigned int getgid()'),
  getegid: bind('unsigned int getegid()'),
  setuid: bindNumber('setuid', 'unsigned int uid'),
  setgid: bindNumber('setgid', 'unsigned int gid'),
  setreuid: bindNumber('setreuid', 'unsigned int real, unsigned int effective'),
  setregid: bindNumber('setregid', 'unsigned int real, unsigned int effective'),
  setresuid: bindNumber('setresuid', 'unsigned int real, unsigned int effective, unsigned int saved'),
  setresgid: bindNumber('setresgid', 'unsigned int real, unsigned int effective, unsigned int saved'),
  setgroups: bindNumber('setgroups', 'size_t count, const void *gids'),
};

/** The real user id: who started this process. As the user namespace of this process numbers users. */
export function getuid(): number {
  return call('getuid', noArguments, () => native.getuid());
}

/** The effective user id: whose rights it uses. */
export function geteuid(): number {
  return call('geteuid', noArguments, () => native.geteuid());
}

export function getgid(): number {
  return call('getgid', noArguments, () => native.getgid());
}

export function getegid(): number {
  return call('getegid', noArguments, () => native.getegid());
}

const noArguments = () => '';

/** man 2 setuid: for root, of the real, effective and saved id at once, and there is no way back. */
export function setuid(uid: number): void {
  call('setuid', showIds(uid), () => native.setuid(uid >>> 0));
}

/** man 2 setgid: the group comes before the user, who may not change it any more. */
export function setgid(gid: number): void {
  call('setgid', showIds(gid), () => native.setgid(gid >>> 0));
}

/** An id of -1 is left as it is, here and below. */
export function setreuid(real: number, effective: number): void {
  call('setreuid', showIds(real, effective), () => native.setreuid(real >>> 0, effective >>> 0));
}

export function setregid(real: number, effective: number): void {
  call('setregid', showIds(real, effective), () => native.setregid(real >>> 0, effective >>> 0));
}

/** Real, effective and saved user id at once. EINVAL for an id that the user namespace does not map. */
export function setresuid(real: number, effective: number, saved: number): void {
  const run = () => native.setresuid(real >>> 0, effective >>> 0, saved >>> 0);
  call('setresuid', showIds(real, effective, saved), run);
}

export function setresgid(real: number, effective: number, saved: number): void {
  const run = () => native.setresgid(real >>> 0, effective >>> 0, saved >>> 0);
  call('setresgid', showIds(real, effective, saved), run);
}

function showIds(...ids: number[]): () => string {
  return () => ids.join(', ');
}

/** The supplementary groups, all of them; an empty list takes every one away. */
export function setgroups(gids: readonly number[]): void {
  const list = Buffer.alloc(Math.max(4, gids.length * 4));
  for (const [index, gid] of gids.entries()) list.writeUInt32LE(gid, index * 4);
  const show = () => `${gids.length}, [${gids.join(', ')}]`;
  call('setgroups', show, () => native.setgroups(gids.length, list));
}
