// What is known of the running containers: from the disk, as `slipway ps` has it, and from the kernel.

import { readFileSync, readlinkSync } from 'node:fs';
import type { Stats } from '../../cgroups/stats.ts';
import type { Bundle } from '../../runtime/bundle.ts';
import type { Change } from '../../unionfs/diff.ts';

export interface Facts {
  id: string;
  name: string;
  image: string;
  command: string;
  pid: number;
  namespaces: NamespaceFact[];
  stats: Stats | undefined;
  /** Processors that the quota allows; Infinity without one. */
  cpus: number;
  mounts: MountFact[];
  /** Undefined where there is no layer for changes. */
  changes: Change[] | undefined;
  /** When it was looked at, in milliseconds. */
  atMs: number;
}

export interface NamespaceFact {
  kind: string;
  inside: string;
  isShared: boolean;
}

export interface MountFact {
  target: string;
  type: string;
  options: string;
}

/** Loaded when somebody looks: the door to the kernel takes its time. */
const engine = () =>
  Promise.all([
    import('../../engine/list.ts'),
    import('../../runtime/bundle.ts'),
    import('../../runtime/state.ts'),
    import('../../runtime/places.ts'),
    import('../../cgroups/cgroup.ts'),
    import('../../cgroups/stats.ts'),
    import('../../unionfs/diff.ts'),
  ]);

/** The running ones, the newest first. One that ends meanwhile is left out. */
export async function lookAtAll(): Promise<Facts[]> {
  const [{ list }, { loadBundle }, { loadState }, { containerFolder }, { openCgroup }, { statsOf }, { diffOfUpper }] =
    await engine();
  const running = list().filter(({ status, pid }) => status === 'running' && pid !== undefined);
  return running.flatMap(({ id, pid = 0 }) => {
    const bundle = loadBundle(id);
    if (bundle === undefined) return [];
    const { cgroupPath } = loadState(id);
    return orNothing(() => [
      {
        ...describe(bundle, pid),
        stats: cgroupPath === undefined ? undefined : statsOf(openCgroup(cgroupPath).parts),
        changes: changesOf(bundle, containerFolder(id), diffOfUpper),
        atMs: performance.now(),
      },
    ]);
  });
}

function orNothing<T>(look: () => T[]): T[] {
  try {
    return look();
  } catch {
    return []; // it has ended, or belongs to somebody whom we may not look at
  }
}

function describe(bundle: Bundle, pid: number): Omit<Facts, 'stats' | 'changes' | 'atMs'> {
  const { id, name, image, spec } = bundle;
  const { quota, period } = spec.linux?.resources?.cpu ?? {};
  return {
    id: id.slice(0, 12),
    name,
    image,
    command: spec.process.args.join(' '),
    pid,
    namespaces: namespacesOf(pid),
    cpus: quota && quota > 0 ? quota / (period ?? 100_000) : Number.POSITIVE_INFINITY,
    mounts: parseMounts(readFileSync(`/proc/${pid}/mountinfo`, 'utf8')),
  };
}

const KINDS = ['mnt', 'pid', 'uts', 'ipc', 'net', 'cgroup', 'user', 'time'];

function namespacesOf(pid: number): NamespaceFact[] {
  return KINDS.map((kind) => {
    const inside = readlinkSync(`/proc/${pid}/ns/${kind}`);
    return { kind, inside, isShared: inside === readlinkSync(`/proc/self/ns/${kind}`) };
  });
}

/** man 5 proc_pid_mountinfo: id parent device root target options … - type source … */
export function parseMounts(text: string): MountFact[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [head = '', tail = ''] = line.split(' - ');
      const [, , , , target = '', options = ''] = head.split(' ');
      return { target, options, type: tail.split(' ')[0] ?? '' };
    });
}

function changesOf(
  { layers }: Bundle,
  folder: string,
  diff: typeof import('../../unionfs/diff.ts').diffOfUpper,
): Change[] | undefined {
  if (layers.length === 0) return undefined;
  return diff(`${folder}/upper`, [`${folder}/init`, ...layers]);
}
