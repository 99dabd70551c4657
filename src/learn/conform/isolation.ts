// The namespaces of a container's command, its number in them, and who is who.

import { readFileSync, readlinkSync } from 'node:fs';
import { isTrue } from '../goal.ts';
import { AS_AN_ORDINARY_USER } from '../lab/around.ts';
import type { ConformGoal } from './goal.ts';

/** The kinds by the names of their files in /proc/PID/ns. */
const KINDS = ['mnt', 'uts', 'ipc', 'pid', 'net', 'cgroup'];

export const ISOLATION: readonly ConformGoal[] = [
  ...KINDS.map(namespaceGoal),
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
      const starter = `/proc/${held.programPid}`;
      if (held.link('ns/user') === readlinkSync(`${starter}/ns/user`)) {
        return {
          en: 'it is in the user namespace of whoever started it',
          zh: '它和启动它的人在同一个 user namespace 里',
        };
      }
      const map = held.read('uid_map').trim().split('\n')[0]?.trim().split(/\s+/) ?? [];
      const [outside] = /^Uid:\s+(\d+)/m.exec(held.read('status'))?.slice(1) ?? [];
      const [starterOutside] = /^Uid:\s+(\d+)/m.exec(readFileSync(`${starter}/status`, 'utf8'))?.slice(1) ?? [];
      return isTrue(map[0] === '0' && outside === starterOutside, {
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
      const file = held.link(`ns/${kind}`);
      return isTrue(held.hasOwn(kind), { en: `it is in ours: ${file}`, zh: `它在外面的 namespace 里：${file}` });
    },
  };
}

export const NO_PID_NAMESPACE = {
  en: 'it has no PID namespace of its own',
  zh: '它没有自己的 PID namespace',
};

export const NO_MOUNT_NAMESPACE = {
  en: 'it has no mount namespace of its own',
  zh: '它没有自己的 mount namespace',
};
