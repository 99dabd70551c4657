// The limits of a container, read from the cgroup that its command is in.

import { detectHierarchies } from '../../cgroups/detect.ts';
import { writablePartsOf } from '../../cgroups/part.ts';
import { type CgroupView, cgroupOf, cpuQuotaOf } from '../cgroup-view.ts';
import { isTrue } from '../goal.ts';
import type { Text } from '../text.ts';
import type { ConformGoal } from './goal.ts';

interface Limit {
  controller: string;
  option: string;
  /** What is asked for. */
  value: number;
  title: Text;
  /** The limit that a cgroup has. */
  read(cgroup: CgroupView): string;
}

const LIMITS: readonly Limit[] = [
  {
    controller: 'memory',
    option: '--memory',
    value: 64 << 20,
    title: { en: 'its memory is limited (--memory)', zh: '它的内存受限（--memory）' },
    read: (cgroup) => cgroup.read({ v1: 'memory.limit_in_bytes', v2: 'memory.max' }),
  },
  {
    controller: 'pids',
    option: '--pids-limit',
    value: 50,
    title: { en: 'the number of its processes is limited (--pids-limit)', zh: '它的进程数受限（--pids-limit）' },
    read: (cgroup) => cgroup.read({ v1: 'pids.max', v2: 'pids.max' }),
  },
  {
    controller: 'cpu',
    option: '--cpus',
    value: 0.5,
    title: { en: 'its processor time is limited (--cpus)', zh: '它的处理器时间受限（--cpus）' },
    read: (cgroup) => {
      const [quota, period] = cpuQuotaOf(cgroup);
      return Number(quota) > 0 ? String(Number(quota) / Number(period)) : quota;
    },
  },
];

export const LIMITING: readonly ConformGoal[] = LIMITS.map(({ controller, option, value, title, read }) => ({
  name: controller,
  title,
  ask: async (subject) => {
    if (!mayLimit(controller)) return { leftOut: NO_CGROUP };
    const [options, root] = [[option, String(value)], subject.root()];
    return subject.withOption(options, root, async () => {
      const held = await subject.hold({ options, root });
      const found = read(cgroupOf(held.pid, controller));
      return isTrue(Number(found) === value, {
        en: `${option} ${value} was asked for; its cgroup says ${found || 'nothing'}`,
        zh: `要求 ${option} ${value}，它的 cgroup 里却是${found ? ` ${found}` : '空的'}`,
      });
    });
  },
}));

const NO_CGROUP: Text = {
  en: 'there is no cgroup here with that controller that this user may change',
  zh: '这里没有带这个控制器、当前用户可以修改的 cgroup',
};

/** Whether there is a cgroup with this controller below which we may make others. */
function mayLimit(controller: string): boolean {
  return writablePartsOf('/conform', detectHierarchies()).some(({ controllers }) => controllers.includes(controller));
}
