// bpf(2): as much of it as puts a program of ours on a cgroup.

import { showStruct } from './decode.ts';
import { addressOf, bindNumber, call } from './door.ts';
import { close } from './files.ts';

const native = bindNumber('bpf', 'int command, void *attributes, unsigned int size');

const BPF_PROG_LOAD = 5;
const BPF_PROG_ATTACH = 8;
const BPF_PROG_TYPE_CGROUP_DEVICE = 15;
const BPF_CGROUP_DEVICE = 6;
const BPF_F_ALLOW_MULTI = 2;

const LICENSE = 'GPL\0';
const LOAD_ATTRIBUTES_SIZE = 48; // union bpf_attr up to kern_version and prog_flags

/**
 * Loads a program of eBPF instructions, 8 bytes each, that decides about devices.
 * @returns a descriptor of it. EPERM without CAP_BPF or CAP_SYS_ADMIN, EINVAL when the verifier refuses it.
 */
export function loadDeviceProgram(program: Buffer): number {
  const count = program.length / 8;
  const attributes = Buffer.concat([Buffer.alloc(LOAD_ATTRIBUTES_SIZE), program, Buffer.from(LICENSE)]);
  const programAt = addressOf(attributes) + BigInt(LOAD_ATTRIBUTES_SIZE);
  attributes.writeUInt32LE(BPF_PROG_TYPE_CGROUP_DEVICE, 0);
  attributes.writeUInt32LE(count, 4);
  attributes.writeBigUInt64LE(programAt, 8);
  attributes.writeBigUInt64LE(programAt + BigInt(program.length), 16);
  const shown = { prog_type: 'BPF_PROG_TYPE_CGROUP_DEVICE', insn_cnt: count, insns: '…', license: '"GPL"' };
  const show = () => `BPF_PROG_LOAD, ${showStruct(shown)}, ${LOAD_ATTRIBUTES_SIZE}`;
  return call('bpf', show, () => native(BPF_PROG_LOAD, attributes, LOAD_ATTRIBUTES_SIZE));
}

/**
 * Has the kernel ask the program at every open and mknod in the cgroup whose folder is open. It lives as long; its
 * descriptor is closed.
 */
export function attachDeviceProgram(cgroupFd: number, programFd: number): void {
  const attributes = Buffer.alloc(16);
  attributes.writeUInt32LE(cgroupFd, 0);
  attributes.writeUInt32LE(programFd, 4);
  attributes.writeUInt32LE(BPF_CGROUP_DEVICE, 8);
  attributes.writeUInt32LE(BPF_F_ALLOW_MULTI, 12);
  const shown = {
    target_fd: cgroupFd,
    attach_bpf_fd: programFd,
    attach_type: 'BPF_CGROUP_DEVICE',
    attach_flags: 'BPF_F_ALLOW_MULTI',
  };
  const show = () => `BPF_PROG_ATTACH, ${showStruct(shown)}, ${attributes.length}`;
  try {
    call('bpf', show, () => native(BPF_PROG_ATTACH, attributes, attributes.length));
  } finally {
    close(programFd);
  }
}
