// Who a process is and what it may do: ids, groups, capabilities, its seccomp filter, its keyring.
// The ids are set by raw system calls, which change the calling thread alone: a forked child has just one, while
// libc's functions would look for the parent's other threads.

import { CAPABILITIES, SECCOMP_FILTER_FLAGS, SECCOMP_OPERATIONS } from './constants.ts';
import { hex, quote, showConstant, showFlags, showStruct } from './decode.ts';
import { addressOf, bind, bindNumber, call } from './door.ts';

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
  capget: bindNumber('capget', 'const void *header, void *data'),
  capset: bindNumber('capset', 'const void *header, const void *data'),
  seccomp: bindNumber('seccomp', 'unsigned int operation, unsigned int flags, const void *args'),
  keyctlName: bindNumber('keyctl', 'int operation, const char *name'),
  keyctlNumbers: bindNumber('keyctl', 'int operation, long a, long b, long c'),
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

/** Each a mask with the bit of a capability: CAP_CHOWN is bit 0 (man 7 capabilities). */
export interface CapabilityMasks {
  effective: bigint;
  permitted: bigint;
  inheritable: bigint;
}

const CAPABILITY_VERSION_3 = 0x20080522;

function capabilityHeader(): Buffer {
  const header = Buffer.alloc(8); // version, and pid 0: this process
  header.writeUInt32LE(CAPABILITY_VERSION_3, 0);
  return header;
}

export function capget(): CapabilityMasks {
  const data = Buffer.alloc(24);
  const show = (result: number) => showCapabilities(result < 0 ? undefined : decodeCapabilities(data));
  call('capget', show, () => native.capget(capabilityHeader(), data));
  return decodeCapabilities(data);
}

/** EPERM for a set that holds more than is permitted, or is inheritable without being in the bounding set. */
export function capset(masks: CapabilityMasks): void {
  const data = encodeCapabilities(masks);
  call(
    'capset',
    () => showCapabilities(masks),
    () => native.capset(capabilityHeader(), data),
  );
}

/** The kernel's struct holds the low 32 bits of the three sets, then the high ones. */
function encodeCapabilities({ effective, permitted, inheritable }: CapabilityMasks): Buffer {
  const data = Buffer.alloc(24);
  for (const [index, mask] of [effective, permitted, inheritable].entries()) {
    data.writeUInt32LE(Number(mask & 0xffffffffn), index * 4);
    data.writeUInt32LE(Number(mask >> 32n), index * 4 + 12);
  }
  return data;
}

function decodeCapabilities(data: Buffer): CapabilityMasks {
  const join = (offset: number) => BigInt(data.readUInt32LE(offset)) | (BigInt(data.readUInt32LE(offset + 12)) << 32n);
  return { effective: join(0), permitted: join(4), inheritable: join(8) };
}

function showCapabilities(masks: CapabilityMasks | undefined): string {
  const header = '{version: _LINUX_CAPABILITY_VERSION_3, pid: 0}';
  if (masks === undefined) return `${header}, …`;
  const { effective, permitted, inheritable } = masks;
  const sets = { effective: showMask(effective), permitted: showMask(permitted), inheritable: showMask(inheritable) };
  return `${header}, ${showStruct(sets)}`;
}

/** `1<<CAP_CHOWN|1<<CAP_KILL`. */
function showMask(mask: bigint): string {
  const names = CAPABILITIES.filter((_, bit) => mask & (1n << BigInt(bit))).map((name) => `1<<${name}`);
  const rest = mask >> BigInt(CAPABILITIES.length);
  if (rest !== 0n) names.push(hex(rest << BigInt(CAPABILITIES.length)));
  return names.length === 0 ? '0' : names.join('|');
}

/** man 2 seccomp: SECCOMP_SET_MODE_FILTER. */
export const { SECCOMP_SET_MODE_FILTER } = SECCOMP_OPERATIONS;

const SOCK_FPROG_SIZE = 16;

/**
 * man 2 seccomp with a filter, which holds for this process and for all it will fork, for good.
 * @param program struct sock_filter after struct sock_filter, 8 bytes each.
 * @throws SyscallError EACCES without CAP_SYS_ADMIN or no_new_privs, EINVAL for a program the kernel refuses.
 */
export function seccomp(operation: number, flags: number, program: Buffer): void {
  const count = program.length / 8;
  // struct sock_fprog: u16 length, padding, pointer; the program lies right behind it.
  const fprog = Buffer.concat([Buffer.alloc(SOCK_FPROG_SIZE), program]);
  fprog.writeUInt16LE(count, 0);
  fprog.writeBigUInt64LE(addressOf(fprog) + BigInt(SOCK_FPROG_SIZE), 8);
  const name = showConstant(SECCOMP_OPERATIONS, operation);
  const show = () => `${name}, ${showFlags(SECCOMP_FILTER_FLAGS, flags)}, {len: ${count}, filter: …}`;
  call('seccomp', show, () => native.seccomp(operation, flags, fprog));
}

const KEYCTL_JOIN_SESSION_KEYRING = 1;
const KEYCTL_SETPERM = 5;

/** man 3 keyctl_join_session_keyring: a session keyring of this name, made when there is none. @returns its serial. */
export function keyctlJoinSessionKeyring(name: string): number {
  const show = () => `KEYCTL_JOIN_SESSION_KEYRING, ${quote(name)}`;
  return call('keyctl', show, () => native.keyctlName(KEYCTL_JOIN_SESSION_KEYRING, name));
}

/** man 3 keyctl_setperm: who may do what, the possessor in the highest byte, then user, group and others. */
export function keyctlSetPermission(key: number, permission: number): void {
  const show = () => `KEYCTL_SETPERM, ${key}, ${showFlags(KEY_PERMISSIONS, permission)}`;
  call('keyctl', show, () => native.keyctlNumbers(KEYCTL_SETPERM, key, permission, 0));
}

/** `KEY_POS_VIEW` is bit 24, `KEY_OTH_SETATTR` bit 5. */
const KEY_PERMISSIONS = Object.fromEntries(
  ['OTH', 'GRP', 'USR', 'POS'].flatMap((who, byte) =>
    ['VIEW', 'READ', 'WRITE', 'SEARCH', 'LINK', 'SETATTR'].map((what, bit) => [
      `KEY_${who}_${what}`,
      1 << (byte * 8 + bit),
    ]),
  ),
);
