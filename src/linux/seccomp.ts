// A filter that decides about every system call of this process (man 2 seccomp).

import { SECCOMP_FILTER_FLAGS, SECCOMP_OPERATIONS } from './constants.ts';
import { showConstant, showFlags } from './decode.ts';
import { addressOf, bindNumber, call } from './door.ts';

const native = {
  seccomp: bindNumber('seccomp', 'unsigned int operation, unsigned int flags, const void *args'),
};

/** man 2 seccomp: SECCOMP_SET_MODE_FILTER. */
export const { SECCOMP_SET_MODE_FILTER } = SECCOMP_OPERATIONS;

const SOCK_FPROG_SIZE = 16;

/**
 * man 2 seccomp with a filter, which holds for this process and for all it will fork, for good.
 * @param program struct sock_filter after struct sock_filter, 8 bytes each.
 * @returns 0, or with SECCOMP_FILTER_FLAG_NEW_LISTENER the descriptor by which the filter asks, closed by execve.
 * @throws SyscallError EACCES without CAP_SYS_ADMIN or no_new_privs, EINVAL for a program the kernel refuses.
 */
export function seccomp(operation: number, flags: number, program: Buffer): number {
  const count = program.length / 8;
  // struct sock_fprog: u16 length, padding, pointer; the program lies right behind it.
  const fprog = Buffer.concat([Buffer.alloc(SOCK_FPROG_SIZE), program]);
  fprog.writeUInt16LE(count, 0);
  fprog.writeBigUInt64LE(addressOf(fprog) + BigInt(SOCK_FPROG_SIZE), 8);
  const name = showConstant(SECCOMP_OPERATIONS, operation);
  const show = () => `${name}, ${showFlags(SECCOMP_FILTER_FLAGS, flags)}, {len: ${count}, filter: …}`;
  return call('seccomp', show, () => native.seccomp(operation, flags, fprog));
}
