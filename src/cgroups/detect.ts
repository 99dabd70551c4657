// Where the machine's cgroup controllers are: on v1 each mounted by itself or a few together, on v2 all in one tree;
// a hybrid machine has both. The mount table is asked, never assumed.

import { readText } from '../linux/files.ts';

/** One mounted hierarchy. */
export interface Hierarchy {
  version: 1 | 2;
  /** v1: what it was mounted with (`cpu`, `name=systemd`); v2: what cgroup.controllers of its root lists. */
  controllers: string[];
  mountPoint: string;
  /** This process's own cgroup in it, as a folder of the host. */
  ownFolder: string;
}

/** All hierarchies, v2 last. */
export function detectHierarchies(): Hierarchy[] {
  const own = ownPaths();
  return parseMounts(readText('/proc/self/mountinfo')).map(({ version, controllers, mountPoint, root }) => {
    const path = own.get(version === 2 ? '' : controllers.join(',')) ?? '/';
    const above = root === '/' ? '' : root; // a container sees only what lies below its own root
    const below = `${path}/`.startsWith(`${above}/`) ? path.slice(above.length) : path;
    return {
      version,
      mountPoint,
      controllers: version === 2 ? listControllers(mountPoint) : controllers,
      ownFolder: `${mountPoint}${below === '/' ? '' : below}`,
    };
  });
}

interface CgroupMount {
  version: 1 | 2;
  controllers: string[];
  mountPoint: string;
  root: string;
}

/** Options of a v1 mount that name no controller. */
const NOT_CONTROLLERS =
  /^(rw|ro|seclabel|(root|fs|def)?context=.*|xattr|clone_children|noprefix|cpuset_v2_mode|release_agent=.*|favordynmods)$/;

/** The cgroup mounts of a mountinfo (man 5 proc): fields, then ` - type source options`. Of two alike the first counts. */
export function parseMounts(mountinfo: string): CgroupMount[] {
  const mounts = mountinfo.split('\n').flatMap((line): CgroupMount[] => {
    const [fields = '', rest = ''] = line.split(' - ');
    const [type, , options = ''] = rest.split(' ');
    const [, , , root = '/', mountPoint = ''] = fields.split(' ');
    if (type === 'cgroup2') return [{ version: 2, controllers: [], mountPoint, root }];
    if (type !== 'cgroup') return [];
    const controllers = options.split(',').filter((option) => !NOT_CONTROLLERS.test(option));
    return [{ version: 1, controllers, mountPoint, root }];
  });
  const key = ({ version, controllers }: CgroupMount) => `${version} ${controllers.join(',')}`;
  const unique = mounts.filter((mount, index) => mounts.findIndex((other) => key(other) === key(mount)) === index);
  return unique.sort((a, b) => a.version - b.version);
}

/** From /proc/self/cgroup: `4:memory:/path` for v1, `0::/path` for v2. */
function ownPaths(): Map<string, string> {
  const lines = readText('/proc/self/cgroup').split('\n').filter(Boolean);
  return new Map(
    lines.map((line) => {
      const [, controllers = '', ...path] = line.split(':');
      return [controllers, path.join(':')];
    }),
  );
}

function listControllers(mountPoint: string): string[] {
  try {
    return readText(`${mountPoint}/cgroup.controllers`).trim().split(' ').filter(Boolean);
  } catch {
    return [];
  }
}

/** What this machine has: all controllers on v1, all on v2, or some of both. */
export function modeOf(hierarchies: readonly Hierarchy[]): 'v1' | 'v2' | 'hybrid' | 'none' {
  const has = (version: 1 | 2) => hierarchies.some((hierarchy) => hierarchy.version === version);
  if (has(1) && has(2)) return 'hybrid';
  if (has(1)) return 'v1';
  return has(2) ? 'v2' : 'none';
}
