// What is mounted in every container, with Docker's options.

import { existsSync } from 'node:fs';
import type { Mount } from '../../oci.ts';
import type { ContainerOptions } from '../options.ts';
import type { SpecContext } from './context.ts';
import { hasNewUserNamespace } from './namespaces.ts';

const SAFE = ['nosuid', 'noexec', 'nodev'];

/** From the outside in: /dev comes before what lies below it. */
export function defaultMounts(options: ContainerOptions, context: SpecContext): Mount[] {
  return [
    procMount(options, context),
    {
      destination: '/dev',
      type: 'tmpfs',
      source: 'tmpfs',
      options: ['nosuid', 'strictatime', 'mode=755', 'size=65536k'],
    },
    devptsMount(options, context),
    sysMount(options, context),
    { destination: '/sys/fs/cgroup', type: 'cgroup', source: 'cgroup', options: [...readonlyUnless(options), ...SAFE] },
    ...ipcMounts(options),
  ];
}

function readonlyUnless({ security }: ContainerOptions): string[] {
  return [security.privileged ? 'rw' : 'ro'];
}

/** A user namespace may mount a proc of its own PID namespace only; of another it gets what the host shows. */
function procMount(options: ContainerOptions, context: SpecContext): Mount {
  const isForeign = hasNewUserNamespace(options.namespaces, context) && options.namespaces.pid !== 'private';
  const how = isForeign ? { source: '/proc', options: ['rbind', ...SAFE] } : { source: 'proc', options: SAFE };
  return { destination: '/proc', type: 'proc', ...how };
}

/** Group 5 is tty. A user with one id alone has no group 5. */
function devptsMount(options: ContainerOptions, context: SpecContext): Mount {
  const lastGid = Math.max(...context.mappings.gid.map(({ containerID, size }) => containerID + size - 1));
  const hasTty = !hasNewUserNamespace(options.namespaces, context) || lastGid >= 5;
  const flags = ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', ...(hasTty ? ['gid=5'] : [])];
  return { destination: '/dev/pts', type: 'devpts', source: 'devpts', options: flags };
}

/** sysfs shows a network namespace, so only the owner of that may mount it. */
function sysMount(options: ContainerOptions, context: SpecContext): Mount {
  const isForeign = hasNewUserNamespace(options.namespaces, context) && options.namespaces.network !== 'none';
  const flags = [...SAFE, ...readonlyUnless(options)];
  if (isForeign) return { destination: '/sys', type: 'bind', source: '/sys', options: ['rbind', ...flags] };
  return { destination: '/sys', type: 'sysfs', source: 'sysfs', options: flags };
}

/** Shared memory and message queues; those of the host where its IPC namespace is shared. */
function ipcMounts({ namespaces, shmSize }: ContainerOptions): Mount[] {
  const paths = ['/dev/mqueue', '/dev/shm'];
  if (namespaces.ipc === 'host') {
    const there = paths.filter((path) => existsSync(path));
    return there.map((path) => ({ destination: path, type: 'bind', source: path, options: ['rbind', ...SAFE] }));
  }
  const mqueue = { destination: '/dev/mqueue', type: 'mqueue', source: 'mqueue', options: SAFE };
  const shmOptions = [...SAFE, 'mode=1777', `size=${shmSize}`];
  const shm = { destination: '/dev/shm', type: 'tmpfs', source: 'shm', options: shmOptions };
  return namespaces.ipc === 'none' ? [mqueue] : [mqueue, shm];
}
