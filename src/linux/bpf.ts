// bpf(2): as much of it as puts a program of ours on a cgroup.

import { addressOf, bind, call, machine } from './door.ts';
import { close } from './files.ts';

const SYS_bpf = machine === 'arm64' ? 280 : 321;
const native = bind('long syscall(long number, int command, void *attributes, unsigned int size)');

const BPF_PROG_LOAD = 5;
const BPF_PROG_ATTACH = 8;
const BPF_PROG_TYPE_CGROUP_DEVICE = 15;
const BPF_CGROUP_DEVICE = 6;
const BPF_F_ALLOW_MULTI = 2;

/**
 * Loads a program of eBPF instructions, 8 bytes each, that decides about devices.
 * @returns a descriptor of it. EPERM without CAP_BPF or CAP_SYS_ADMIN, EINVAL when the verifier refuses it.
 */
export function loadDeviceProgram(program: Buffer): number {
  const license = Buffer.from('GPL\0');
  const attributes = Buffer.alloc(48);
  attributes.writeUInt32LE(BPF_PROG_TYPE_CGROUP_DEVICE, 0);
  attributes.writeUInt32LE(program.length / 8, 4);
  attributes.writeBigUInt64LE(addressOf(program), 8);
  attributes.writeBigUInt64LE(addressOf(license), 16);
  const show = () => `BPF_PROG_LOAD, {prog_type: BPF_PROG_TYPE_CGROUP_DEVICE, insn_cnt: ${program.length / 8}}`;
  return call('bpf', show, () => native(SYS_bpf, BPF_PROG_LOAD, attributes, attributes.length));
}

/** Has the kernel ask the program at every open and mknod in the cgroup whose folder is open. It lives as long. */
export function attachDeviceProgram(cgroupFd: number, programFd: number): void {
  const attributes = Buffer.alloc(16);
  attributes.writeUInt32LE(cgroupFd, 0);
  attributes.writeUInt32LE(programFd, 4);
  attributes.writeUInt32LE(BPF_CGROUP_DEVICE, 8);
  attributes.writeUInt32LE(BPF_F_ALLOW_MULTI, 12);
  const show = () => `BPF_PROG_ATTACH, {target_fd: ${cgroupFd}, attach_bpf_fd: ${programFd}, BPF_CGROUP_DEVICE}`;
  call('bpf', show, () => native(SYS_bpf, BPF_PROG_ATTACH, attributes, attributes.length));
  close(programFd);
}
