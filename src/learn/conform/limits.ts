// The limits of a container, read from the cgroup that its command is in.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { detectHierarchies, type Hierarchy } from '../../cgroups/detect.ts';
import { writablePartsOf } from '../../cgroups/part.ts';
import { isTrue } from '../goal.ts';
import type { Held } from '../lab/held.ts';
import type { Text } from '../text.ts';
import type { ConformGoal } from './goal.ts';

interface Limit {
  controller: string;
  option: string;
  /** What is asked for. */
  value: number;
  title: Text;
  /** The limit that a cgroup's folder has. */
  read(folder: string, version: 1 | 2): number;
}

const LIMITS: readonly Limit[] = [
  {
    controller: 'memory',
    option: '--memory',
    value: 64 << 20,
    title: { en: 'its memory is limited (--memory)', zh: '它的内存受限（--memory）' },
    read: (folder, version) => numberIn(folder, version === 1 ? 'memory.limit_in_bytes' : 'memory.max'),
  },
  {
    controller: 'pids',
    option: '--pids-limit',
    value: 50,
    title: { en: 'the number of its processes is limited (--pids-limit)', zh: '它的进程数受限（--pids-limit）' },
    read: (folder) => numberIn(folder, 'pids.max'),
  },
  {
    controller: 'cpu',
    option: '--cpus',
    value: 0.5,
    title: { en: 'its processor time is limited (--cpus)', zh: '它的处理器时间受限（--cpus）' },
    read: (folder, version) => {
      if (version === 1) return numberIn(folder, 'cpu.cfs_quota_us') / numberIn(folder, 'cpu.cfs_period_us');
      const [quota, period] = readFileSync(join(folder, 'cpu.max'), 'utf8').split(' ').map(Number);
      return (quota ?? 0) / (period ?? 0);
    },
  },
];

export const LIMITING: readonly ConformGoal[] = LIMITS.map(({ controller, option, value, title, read }) => ({
  name: controller,
  title,
  ask: async (subject) => {
    const hierarchy = writableHierarchy(controller);
    if (!hierarchy) return { leftOut: NO_CGROUP };
    const [options, root] = [[option, String(value)], subject.root()];
    return subject.withOption(options, root, async () => {
      const held = await subject.hold({ options, root });
      const found = read(folderOf(held, hierarchy), hierarchy.version);
      return isTrue(found === value, {
        en: `${option} ${value} was asked for; its cgroup says ${found}`,
        zh: `要求 ${option} ${value}，它的 cgroup 里却是 ${found}`,
      });
    });
  },
}));

const NO_CGROUP: Text = {
  en: 'there is no cgroup here with that controller that this user may change',
  zh: '这里没有带这个控制器、当前用户可以修改的 cgroup',
};

/** Where limits of this controller are set, if we may. */
function writableHierarchy(controller: string): Hierarchy | undefined {
  const hierarchies = detectHierarchies();
  return writablePartsOf('/conform', hierarchies).find(({ controllers }) => controllers.includes(controller));
}

/** The folder of the cgroup that the command is in. /proc/PID/cgroup has lines `4:memory:/path`, and on v2 `0::/path`. */
function folderOf(held: Held, { version, controllers, mountPoint }: Hierarchy): string {
  const names = version === 2 ? '' : controllers.join(',');
  const line = held
    .read('cgroup')
    .split('\n')
    .find((each) => each.split(':')[1] === names);
  return join(mountPoint, line?.split(':').slice(2).join(':') ?? '');
}

function numberIn(folder: string, file: string): number {
  return Number(readFileSync(join(folder, file), 'utf8'));
}
