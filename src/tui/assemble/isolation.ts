// What is and what is not isolated, asked of the kernel while the container runs: its first process held against ours.

import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { openCgroup } from '../../cgroups/cgroup.ts';
import { statsOf } from '../../cgroups/stats.ts';
import type { Text } from '../../learn/text.ts';
import { both } from '../../learn/text.ts';
import type { MechanismName } from './mechanisms.ts';

/** One line of the table. */
export interface Finding {
  name: MechanismName;
  /** What the kernel says of the container, and of the host. */
  inside: Text;
  outside: Text;
  isIsolated: boolean;
}

const NAMESPACES = ['mnt', 'pid', 'uts', 'ipc', 'net', 'cgroup', 'user', 'time'] as const;

/** Where the container is, as its record has it. */
export interface Seen {
  /** As the host numbers it. */
  pid: number;
  cgroupPath: string | undefined;
}

/** All at once, since the container may end at any moment. @throws Error when it has. */
export function look(seen: Seen): Finding[] {
  const namespaces = NAMESPACES.map((name) => lookAtNamespace(seen, name));
  const [mnt, ...rest] = namespaces as [Finding, ...Finding[]];
  return [
    mnt,
    lookAtRoot(seen),
    lookAtLayer(seen),
    ...rest,
    lookAtLimits(seen),
    lookAtCapabilities(seen),
    lookAtFilter(seen),
  ];
}

function lookAtNamespace({ pid }: Seen, name: (typeof NAMESPACES)[number]): Finding {
  const [inside, outside] = [`/proc/${pid}/ns/${name}`, `/proc/self/ns/${name}`].map((link) => readlinkSync(link));
  return { name, inside: both(inside as string), outside: both(outside as string), isIsolated: inside !== outside };
}

/** Is there a folder in it that every machine has, and no box? */
function lookAtRoot({ pid }: Seen): Finding {
  const seesHost = existsSync(`/proc/${pid}/root/var/lib`);
  const inside: Text = seesHost
    ? { en: 'the host’s files are there', zh: '能看到宿主机的文件' }
    : { en: 'its own files alone', zh: '只有自己的文件' };
  return { name: 'root', inside, outside: both('/'), isIsolated: !seesHost };
}

/** Its programs lie on an overlay that is not the host's own: changes go into the upper folder of that one. */
function lookAtLayer({ pid }: Seen): Finding {
  const [inside, outside] = [pid, 'self'].map((each) => mountOf('/usr', `/proc/${each}/mountinfo`));
  return {
    name: 'overlay',
    inside: both(`/usr ${inside}`),
    outside: both(`/usr ${outside}`),
    isIsolated: inside !== outside && inside?.startsWith('overlay') === true,
  };
}

/**
 * What a path lies on: `overlay 0:51`. man 5 proc_pid_mountinfo: the third field is the device, the fifth where it is
 * mounted, and the type stands behind a lone dash. A later mount covers an earlier one.
 */
function mountOf(path: string, file: string): string {
  const mounts = readFileSync(file, 'utf8').split('\n');
  const on = (place: string) => mounts.findLast((line) => line.split(' ')[4] === place);
  const line = on(path) ?? on('/') ?? '';
  return `${/ - (\S+)/.exec(line)?.[1] ?? '?'} ${line.split(' ')[2] ?? '?'}`;
}

function lookAtLimits({ cgroupPath }: Seen): Finding {
  const outside: Text = { en: 'none', zh: '无' };
  if (cgroupPath === undefined) return { name: 'limits', inside: outside, outside, isIsolated: false };
  const { memory, pids } = statsOf(openCgroup(cgroupPath).parts);
  const limits = [
    ...(Number.isFinite(memory.limitBytes) ? [`memory ${memory.limitBytes / (1 << 20)} MB`] : []),
    ...(Number.isFinite(pids.limit) ? [`pids ${pids.limit}`] : []),
  ];
  const inside = limits.length > 0 ? both(limits.join(', ')) : outside;
  return { name: 'limits', inside, outside, isIsolated: limits.length > 0 };
}

function lookAtCapabilities({ pid }: Seen): Finding {
  const [inside, outside] = [pid, 'self'].map((each) => bitsOf(statusOf(each, 'CapBnd')));
  const words = (count: number): Text => ({ en: `${count} of them`, zh: `${count} 项` });
  return {
    name: 'capabilities',
    inside: words(inside as number),
    outside: words(outside as number),
    isIsolated: (inside as number) < (outside as number),
  };
}

function lookAtFilter({ pid }: Seen): Finding {
  const [inside, outside] = [pid, 'self'].map((each) => `Seccomp: ${statusOf(each, 'Seccomp')}`);
  return {
    name: 'seccomp',
    inside: both(inside as string),
    outside: both(outside as string),
    isIsolated: inside !== outside,
  };
}

function statusOf(pid: number | string, field: string): string {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return new RegExp(`^${field}:\\s*(\\S+)`, 'm').exec(status)?.[1] ?? '';
}

function bitsOf(hex: string): number {
  return [...BigInt(`0x${hex}`).toString(2)].filter((bit) => bit === '1').length;
}
