// What the kernel says of a container's processes.

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { homeOf } from './slipway.ts';
import type { User } from './users.ts';

/** The first process of a container that runs, by the host's number. */
export function pidOf(name: string, user?: User): number {
  const root = homeOf(user).SLIPWAY_ROOT;
  const id = readlinkSync(join(root, 'names', name));
  return JSON.parse(readFileSync(join(root, 'containers', id, 'state.json'), 'utf8')).pid;
}

/** The shim of a container: the parent of its first process. */
export function shimOf(name: string, user?: User): number {
  return statusOf(pidOf(name, user), 'PPid');
}

/** How many command lines talk with a container's shim now: its sockets, but for the one where they come. */
export function clientsOf(name: string, user?: User): number {
  const folder = `/proc/${shimOf(name, user)}/fd`;
  const links = readdirSync(folder).map((fd) => tryReadlink(join(folder, fd)));
  return links.filter((link) => link.startsWith('socket:')).length - 1;
}

function tryReadlink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return ''; // closed just now
  }
}

/** A number of /proc/PID/status. */
export function statusOf(pid: number, field: string): number {
  const line = readFileSync(`/proc/${pid}/status`, 'utf8')
    .split('\n')
    .find((each) => each.startsWith(`${field}:`));
  return Number.parseInt(line?.split(':')[1] ?? '', 10);
}

/** The most memory that a process has used so far, in bytes. */
export function peakMemory(pid: number): number {
  return statusOf(pid, 'VmHWM') * 1024;
}

/** How many bytes a process has written so far. */
export function bytesWritten(pid: number): number {
  return Number(/^wchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1]);
}
