// One mount of a specification: which kind it is, and where it may go.

import type { Mount } from '../oci.ts';
import { mountBind } from './bind.ts';
import { mountFileSystem } from './filesystem.ts';
import { parseOptions } from './options.ts';

/** Below /proc a mount could show programs a false kernel; only these files may be replaced, as lxcfs does. */
const PROC_FILES = new Set(
  'cpuinfo diskstats meminfo stat swaps uptime loadavg slabinfo sys/kernel/ns_last_pid sys/crypto/fips_enabled'
    .split(' ')
    .map((name) => `/proc/${name}`),
);

/**
 * Mounts it inside the root that `rootFd` is open on. Called in the container's mount namespace, before the pivot.
 * @throws Error for a place where nothing may be mounted, SyscallError of the mount calls.
 */
export function mountEntry(rootFd: number, mount: Mount): void {
  const destination = cleanDestination(mount.destination);
  const options = parseOptions(mount.options ?? []);
  const isBind = options.bind || mount.type === 'bind';
  refuseBelowProc(destination, mount.type);
  if (isBind) mountBind(rootFd, { ...mount, destination }, options);
  else mountFileSystem(rootFd, { ...mount, destination }, options);
}

/** An absolute path without dots. */
function cleanDestination(destination: string): string {
  if (destination.includes('\0')) throw new Error('a mount destination holds a zero byte');
  const names: string[] = [];
  for (const name of destination.split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  if (names.length === 0) throw new Error(`invalid mount destination ${destination}: it would cover the root`);
  return `/${names.join('/')}`;
}

function refuseBelowProc(destination: string, type: string | undefined): void {
  const onProc = destination === '/proc' && type !== 'proc';
  const below = destination.startsWith('/proc/') && !PROC_FILES.has(destination);
  if (onProc || below) throw new Error(`cannot mount on ${destination}: it would hide or fake what /proc says`);
}
