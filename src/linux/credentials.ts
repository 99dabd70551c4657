// Who a process is and what it may do: ids, groups, capabilities, its seccomp filter, its keyring.
// The ids are set by raw system calls, which change the calling thread alone: a forked child has just one, while
// libc's functions would look for the parent's other threads.

import { addressOf, bind, call, machine } from './door.ts';

const arm = machine === 'arm64';
const NUMBER = {
  setgroups: arm ? 159 : 116,
  setresuid: arm ? 147 : 117,
  setresgid: arm ? 149 : 119,
  capget: arm ? 90 : 125,
  capset: arm ? 91 : 126,
  seccomp: arm ? 277 : 317,
  keyctl: arm ? 219 : 250,
};

const native = {
  setgroups: bind('long syscall(long number, size_t count, const void *gids)'),
  setres: bind('long syscall(long number, unsigned int real, unsigned int effective, unsigned int saved)'),
  cap: bind('long syscall(long number, const void *header, void *data)'),
  seccomp: bind('long syscall(long number, unsigned int operation, unsigned int flags, const void *args)'),
  keyctlName: bind('long syscall(long number, int operation, const char *name)'),
  keyctlNumbers: bind('long syscall(long number, int operation, long a, long b, long c)'),
};

/** Real, effective and saved user id at once. */
export function setresuid(real: number, effective: number, saved: number): void {
  const show = () => `${real}, ${effective}, ${saved}`;
  call('setresuid', show, () => native.setres(NUMBER.setresuid, real >>> 0, effective >>> 0, saved >>> 0));
}

export function setresgid(real: number, effective: number, saved: number): void {
  const show = () => `${real}, ${effective}, ${saved}`;
  call('setresgid', show, () => native.setres(NUMBER.setresgid, real >>> 0, effective >>> 0, saved >>> 0));
}

/** The supplementary groups, all of them; an empty list takes every one away. */
export function setgroups(gids: readonly number[]): void {
  const list = Buffer.alloc(Math.max(4, gids.length * 4));
  for (const [index, gid] of gids.entries()) list.writeUInt32LE(gid, index * 4);
  const show = () => `${gids.length}, [${gids.join(', ')}]`;
  call('setgroups', show, () => native.setgroups(NUMBER.setgroups, gids.length, list));
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
  call(
    'capget',
    () => '…',
    () => native.cap(NUMBER.capget, capabilityHeader(), data),
  );
  const join = (offset: number) =>
    BigInt(data.readUInt32LE(offset)) | (BigInt(data.readUInt32LE(offset + 12)) << 32n);
  return { effective: join(0), permitted: join(4), inheritable: join(8) };
}

/** The kernel's struct holds the low 32 bits of the three sets, then the high ones. */
export function capset({ effective, permitted, inheritable }: CapabilityMasks): void {
  const data = Buffer.alloc(24);
  for (const [index, mask] of [effective, permitted, inheritable].entries()) {
    data.writeUInt32LE(Number(mask & 0xffffffffn), index * 4);
    data.writeUInt32LE(Number(mask >> 32n), index * 4 + 12);
  }
  const hex = (mask: bigint) => `0x${mask.toString(16)}`;
  const show = () =>
    `{effective: ${hex(effective)}, permitted: ${hex(permitted)}, inheritable: ${hex(inheritable)}}`;
  call('capset', show, () => native.cap(NUMBER.capset, capabilityHeader(), data));
}

/** man 2 seccomp: SECCOMP_SET_MODE_FILTER. */
export const SECCOMP_SET_MODE_FILTER = 1;

/**
 * man 2 seccomp with a filter.
 * @param program struct sock_filter after struct sock_filter, 8 bytes each.
 */
export function seccomp(operation: number, flags: number, program: Buffer): void {
  const fprog = Buffer.alloc(16); // struct sock_fprog: u16 length, padding, pointer
  fprog.writeUInt16LE(program.length / 8, 0);
  fprog.writeBigUInt64LE(addressOf(program), 8);
  const show = () => `${operation}, ${flags}, {len: ${program.length / 8}}`;
  call('seccomp', show, () => native.seccomp(NUMBER.seccomp, operation, flags, fprog));
}

const KEYCTL_JOIN_SESSION_KEYRING = 1;
const KEYCTL_SETPERM = 5;

/** man 3 keyctl_join_session_keyring: a session keyring of this name, made when there is none. @returns its serial. */
export function keyctlJoinSessionKeyring(name: string): number {
  const show = () => `KEYCTL_JOIN_SESSION_KEYRING, "${name}"`;
  return call('keyctl', show, () => native.keyctlName(NUMBER.keyctl, KEYCTL_JOIN_SESSION_KEYRING, name));
}

/** man 3 keyctl_setperm. */
export function keyctlSetPermission(key: number, permission: number): void {
  const show = () => `KEYCTL_SETPERM, ${key}, 0x${permission.toString(16)}`;
  call('keyctl', show, () => native.keyctlNumbers(NUMBER.keyctl, KEYCTL_SETPERM, key, permission, 0));
}
