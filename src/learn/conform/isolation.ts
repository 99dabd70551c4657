// The namespaces of a container's command, its number in them, and who is who.

import { askInside } from '../ask-inside.ts';
import { isTrue } from '../goal.ts';
import { AS_AN_ORDINARY_USER } from '../lab/around.ts';
import type { Held } from '../lab/held.ts';
import { namespaceOf } from '../lab/processes.ts';
import type { Text } from '../text.ts';
import type { ConformGoal } from './goal.ts';

/** The kinds by the names of their files in /proc/PID/ns; cgroup is asked for more. */
const KINDS = ['mnt', 'uts', 'ipc', 'pid', 'net'];

export const ISOLATION: readonly ConformGoal[] = [
  ...KINDS.map(namespaceGoal),
  {
    name: 'cgroup',
    together: 'look',
    title: {
      en: 'it has a namespace of its own: cgroup, which begins at its cgroup',
      zh: '它有自己的 cgroup namespace，从它所在的 cgroup 开始',
    },
    ask: async (subject) => {
      const held = await subject.look();
      if (!held.hasOwn('cgroup')) return isInOurs(held, 'cgroup');
      const path = cgroupsInside(held).find((each) => each !== '/');
      return isTrue(path === undefined, {
        en: `in there its cgroup is ${path}, not /: the namespace was made before it was in its cgroup`,
        zh: `在里面看，它的 cgroup 是 ${path}，不是 /：建 namespace 的时候，它还没有进自己的 cgroup`,
      });
    },
  },
  {
    name: 'pid-1',
    together: 'look',
    title: { en: 'its command is PID 1', zh: '命令是 1 号进程' },
    ask: async (subject) => {
      const held = await subject.look();
      if (!held.hasOwn('pid')) return { leftOut: NO_PID_NAMESPACE };
      const own = held.status('NSpid').split('\t').at(-1);
      return isTrue(own === '1', { en: `it is process ${own}`, zh: `它是 ${own} 号进程` });
    },
  },
];

export const ROOTLESS: readonly ConformGoal[] = [
  {
    name: 'user',
    title: {
      en: 'started by an ordinary user, its command is root in a user namespace',
      zh: '由普通用户启动时，命令在 user namespace 里是 root',
    },
    ask: async (subject) => {
      const held = await subject.hold({ around: AS_AN_ORDINARY_USER });
      if (held.link('ns/user') === namespaceOf(held.programPid, 'user')) {
        return {
          en: 'it is in the user namespace of whoever started it',
          zh: '它和启动它的人在同一个 user namespace 里',
        };
      }
      const map = held.read('uid_map').trim().split('\n')[0]?.trim().split(/\s+/) ?? [];
      const outside = held.status('Uid').split('\t')[0];
      return isTrue(map[0] === '0' && outside === String(process.geteuid?.()), {
        en: `its uid_map begins with "${map.join(' ')}", and outside it is uid ${outside}`,
        zh: `它的 uid_map 第一行是“${map.join(' ')}”，在外面它的 uid 是 ${outside}`,
      });
    },
  },
];

function namespaceGoal(kind: string): ConformGoal {
  return {
    name: kind,
    together: 'look',
    title: { en: `it has a namespace of its own: ${kind}`, zh: `它有自己的 ${kind} namespace` },
    ask: async (subject) => {
      const held = await subject.look();
      return isTrue(held.hasOwn(kind), isInOurs(held, kind));
    },
  };
}

function isInOurs(held: Held, kind: string): Text {
  const file = held.link(`ns/${kind}`);
  return { en: `it is in ours: ${file}`, zh: `它在外面的 namespace 里：${file}` };
}

/** Its cgroup in each hierarchy, as its cgroup namespace tells it: the path in a line such as `4:memory:/path`. */
function cgroupsInside(held: Held): string[] {
  const lines = askInside(held.pid, ['cgroup'], () => held.read('cgroup'))
    .trim()
    .split('\n');
  return lines.map((line) => line.split(':').slice(2).join(':'));
}

export const NO_PID_NAMESPACE = {
  en: 'it has no PID namespace of its own',
  zh: '它没有自己的 PID namespace',
};

export const NO_MOUNT_NAMESPACE = {
  en: 'it has no mount namespace of its own',
  zh: '它没有自己的 mount namespace',
};
