// The config.json that `slipway-oci spec` writes: a shell in a root that is read-only, with few capabilities.

import type { Mount, Spec } from '../oci.ts';
import { maskedPaths, READONLY_PATHS } from '../security/paths.ts';
import { OCI_VERSION } from './version.ts';

const CAPABILITIES = ['CAP_AUDIT_WRITE', 'CAP_KILL', 'CAP_NET_BIND_SERVICE'];
const SAFE = ['nosuid', 'noexec', 'nodev'];

export function exampleSpec(): Spec {
  return {
    ociVersion: OCI_VERSION,
    process: {
      terminal: true,
      user: { uid: 0, gid: 0 },
      args: ['sh'],
      env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'TERM=xterm'],
      cwd: '/',
      capabilities: { bounding: CAPABILITIES, effective: CAPABILITIES, permitted: CAPABILITIES },
      rlimits: [{ type: 'RLIMIT_NOFILE', hard: 1024, soft: 1024 }],
      noNewPrivileges: true,
    },
    root: { path: 'rootfs', readonly: true },
    hostname: 'slipway',
    mounts: [...exampleMounts()],
    linux: {
      resources: { devices: [{ allow: false, access: 'rwm' }] },
      namespaces: (['pid', 'network', 'ipc', 'uts', 'mount', 'cgroup'] as const).map((type) => ({ type })),
      maskedPaths: maskedPaths(),
      readonlyPaths: READONLY_PATHS,
    },
  };
}

function exampleMounts(): Mount[] {
  const mount = (destination: string, type: string, source: string, options?: string[]): Mount => {
    return { destination, type, source, ...(options ? { options } : {}) };
  };
  return [
    mount('/proc', 'proc', 'proc'),
    mount('/dev', 'tmpfs', 'tmpfs', ['nosuid', 'strictatime', 'mode=755', 'size=65536k']),
    mount('/dev/pts', 'devpts', 'devpts', ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5']),
    mount('/dev/shm', 'tmpfs', 'shm', [...SAFE, 'mode=1777', 'size=65536k']),
    mount('/dev/mqueue', 'mqueue', 'mqueue', SAFE),
    mount('/sys', 'sysfs', 'sysfs', [...SAFE, 'ro']),
    mount('/sys/fs/cgroup', 'cgroup', 'cgroup', [...SAFE, 'relatime', 'ro']),
  ];
}

/**
 * The same for an ordinary user: a user namespace with this one id, the host's network, whose sysfs it shows, and no limits.
 */
export function rootlessSpec({ mounts = [], linux = {}, ...spec }: Spec): Spec {
  const { resources: _, namespaces = [], ...rest } = linux;
  const own = (hostID: number) => [{ containerID: 0, hostID, size: 1 }];
  return {
    ...spec,
    mounts: mounts.map(rootlessMount),
    linux: {
      uidMappings: own(process.geteuid?.() ?? 0),
      gidMappings: own(process.getegid?.() ?? 0),
      namespaces: [...namespaces.filter(({ type }) => type !== 'network'), { type: 'user' }],
      ...rest,
    },
  };
}

/** The one id is 0, so there is no group of terminals (5). */
function rootlessMount(mount: Mount): Mount {
  if (mount.type === 'sysfs')
    return { destination: '/sys', type: 'none', source: '/sys', options: ['rbind', ...SAFE, 'ro'] };
  if (mount.type !== 'devpts') return mount;
  return { ...mount, options: (mount.options ?? []).filter((option) => option !== 'gid=5') };
}
