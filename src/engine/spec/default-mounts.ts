// What is mounted in every container, with Docker's options.

import { existsSync } from 'node:fs';
import type { Mount } from '../../oci.ts';
import type { SpecContext } from './context.ts';
import { isForeign, joinedContainer, type ResolvedOptions } from './namespaces.ts';

const SAFE = ['nosuid', 'noexec', 'nodev'];

/** From the outside in: /dev comes before what lies below it. */
export function defaultMounts(options: ResolvedOptions, context: SpecContext): Mount[] {
  return [
    procMount(options),
    {
      destination: '/dev',
      type: 'tmpfs',
      source: 'tmpfs',
      options: ['nosuid', 'strictatime', 'mode=755', 'size=65536k'],
    },
    devptsMount(context),
    sysMount(options),
    ...ipcMounts(options, context),
    cgroupMount(options), // last: what comes before is mounted while the cgroup is still being made
  ];
}

function readonlyUnless({ security }: ResolvedOptions): string[] {
  return [security.privileged ? 'rw' : 'ro'];
}

/** A user namespace may mount a proc of its own PID namespace only; of another it gets what the host shows. */
function procMount({ namespaces }: ResolvedOptions): Mount {
  const how = isForeign('pid', namespaces)
    ? { source: '/proc', options: ['rbind', ...SAFE] }
    : { source: 'proc', options: SAFE };
  return { destination: '/proc', type: 'proc', ...how };
}

/** Group 5 is tty. A user with one id alone has no group 5, nor has root of a user namespace that such a user made. */
function devptsMount({ mappings }: SpecContext): Mount {
  const hasTty = mappings.gid.some(({ containerID, size }) => containerID <= 5 && 5 < containerID + size);
  const flags = ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', ...(hasTty ? ['gid=5'] : [])];
  return { destination: '/dev/pts', type: 'devpts', source: 'devpts', options: flags };
}

/** sysfs shows a network namespace, so only the owner of that may mount it; others get what the host has mounted. */
function sysMount(options: ResolvedOptions): Mount {
  if (isForeign('network', options.namespaces)) return hostsOwn('/sys', options);
  return { destination: '/sys', type: 'sysfs', source: 'sysfs', options: [...SAFE, ...readonlyUnless(options)] };
}

function cgroupMount(options: ResolvedOptions): Mount {
  if (isForeign('cgroup', options.namespaces)) return hostsOwn('/sys/fs/cgroup', options);
  const flags = [...(options.security.writableCgroups ? ['rw'] : readonlyUnless(options)), ...SAFE];
  return { destination: '/sys/fs/cgroup', type: 'cgroup', source: 'cgroup', options: flags };
}

/** What the host has at this path, with all that is mounted below. */
function hostsOwn(path: string, { security }: ResolvedOptions): Mount {
  const flags = ['rnosuid', 'rnoexec', 'rnodev', ...(security.privileged ? [] : ['rro'])];
  return { destination: path, type: 'bind', source: path, options: ['rbind', 'rprivate', ...flags] };
}

const SHM = '/dev/shm';

/** Message queues and shared memory, which belong to the IPC namespace: the host's, another container's, or new ones. */
function ipcMounts({ namespaces, shmSize }: ResolvedOptions, context: SpecContext): Mount[] {
  const bind = (path: string, source = path) => ({
    destination: path,
    type: 'bind',
    source,
    options: ['rbind', ...SAFE],
  });
  if (namespaces.ipc === 'host')
    return ['/dev/mqueue', SHM].filter((path) => existsSync(path)).map((path) => bind(path));
  const mqueue = { destination: '/dev/mqueue', type: 'mqueue', source: 'mqueue', options: SAFE };
  if (namespaces.ipc === 'none') return [mqueue];
  const other = joinedContainer(namespaces.ipc);
  if (other !== undefined) return [mqueue, bind(SHM, `${context.rootOf(other)}${SHM}`)];
  const options = [...SAFE, 'mode=1777', `size=${shmSize}`];
  return [mqueue, { destination: SHM, type: 'tmpfs', source: 'shm', options }];
}
