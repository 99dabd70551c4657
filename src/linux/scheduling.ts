// How the kernel gives a process its processor, disk and memory: man 2 sched_setattr, ioprio_set, set_mempolicy.

import { MEMORY_MODES, SCHED_POLICIES } from './constants.ts';
import { hex, showConstant, showStruct } from './decode.ts';
import { bindNumber, call } from './door.ts';

const native = {
  sched_setattr: bindNumber('sched_setattr', 'int pid, const void *attr, unsigned int flags'),
  sched_setaffinity: bindNumber('sched_setaffinity', 'int pid, size_t size, const void *mask'),
  ioprio_set: bindNumber('ioprio_set', 'int which, int who, int priority'),
  set_mempolicy: bindNumber('set_mempolicy', 'int mode, const void *nodes, unsigned long maxnode'),
  personality: bindNumber('personality', 'unsigned int persona'),
};

/** struct sched_attr. `runtime`, `deadline` and `period` in nanoseconds. */
export interface SchedAttributes {
  policy: number;
  flags: number;
  nice: number;
  priority: number;
  runtime: number;
  deadline: number;
  period: number;
}

const SCHED_ATTR_SIZE = 48;

/** man 2 sched_setattr, for this process. EPERM without CAP_SYS_NICE, or without realtime in its cgroup. */
export function sched_setattr(attributes: SchedAttributes): void {
  const { policy, flags, nice, priority, runtime, deadline, period } = attributes;
  const struct = Buffer.alloc(SCHED_ATTR_SIZE);
  struct.writeUInt32LE(SCHED_ATTR_SIZE, 0);
  struct.writeUInt32LE(policy, 4);
  struct.writeBigUInt64LE(BigInt(flags), 8);
  struct.writeInt32LE(nice, 16);
  struct.writeUInt32LE(priority, 20);
  for (const [index, time] of [runtime, deadline, period].entries()) {
    struct.writeBigUInt64LE(BigInt(time), 24 + index * 8);
  }
  const shown = {
    sched_policy: showConstant(SCHED_POLICIES, policy),
    sched_flags: flags,
    sched_nice: nice,
    sched_priority: priority,
    sched_runtime: runtime,
    sched_deadline: deadline,
    sched_period: period,
  };
  call(
    'sched_setattr',
    () => `0, ${showStruct(shown)}, 0`,
    () => native.sched_setattr(0, struct, 0),
  );
}

/** man 2 sched_setaffinity, for this thread. EINVAL when none of the processors may be used. */
export function sched_setaffinity(cpus: readonly number[]): void {
  const mask = toMask(cpus);
  const show = () => `0, ${mask.length}, [${cpus.join(' ')}]`;
  call('sched_setaffinity', show, () => native.sched_setaffinity(0, mask.length, mask));
}

const IOPRIO_WHO_PROCESS = 1;
const IOPRIO_CLASS_SHIFT = 13;

/** man 2 ioprio_set, for this process; EPERM for the realtime class without CAP_SYS_NICE. */
export function ioprio_set(ioClass: number, priority: number): void {
  const value = (ioClass << IOPRIO_CLASS_SHIFT) | priority;
  const show = () => `IOPRIO_WHO_PROCESS, 0, ${ioClass}<<13|${priority}`;
  call('ioprio_set', show, () => native.ioprio_set(IOPRIO_WHO_PROCESS, 0, value));
}

/** man 2 set_mempolicy: from which memory nodes this thread, and what it becomes, gets its memory. */
export function set_mempolicy(mode: number, flags: number, nodes: readonly number[]): void {
  const mask = nodes.length === 0 ? null : toMask(nodes);
  const bits = mask === null ? 0 : mask.length * 8 + 1; // the kernel takes one off (mm/mempolicy.c, get_nodes)
  const show = () =>
    `${showConstant(MEMORY_MODES, mode)}${flags === 0 ? '' : `|${hex(flags)}`}, [${nodes.join(' ')}], ${bits}`;
  call('set_mempolicy', show, () => native.set_mempolicy(mode | flags, mask, bits));
}

/** man 2 personality. */
export function personality(persona: number): void {
  call(
    'personality',
    () => hex(persona),
    () => native.personality(persona),
  );
}

/** Bits in words of 8 bytes, as the kernel wants them: 0 and 9 are `01 02 00 00 00 00 00 00`. */
function toMask(numbers: readonly number[]): Buffer {
  const mask = Buffer.alloc((Math.floor(Math.max(0, ...numbers) / 64) + 1) * 8);
  for (const number of numbers) mask[number >> 3] = (mask[number >> 3] ?? 0) | (1 << (number & 7));
  return mask;
}
