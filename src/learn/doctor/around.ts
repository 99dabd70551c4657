// Is there something around us that is no Linux machine of its own: a container, or Windows?

import { existsSync, readlinkSync } from 'node:fs';
import { release } from 'node:os';
import { isInUserNamespace } from '../../linux/namespaces.ts';
import type { Text } from '../text.ts';
import { type Finding, good, type Question } from './question.ts';
import { readText } from './settings.ts';

export const around: Question = {
  name: 'around',
  title: { en: 'around us', zh: '外层环境' },
  ask() {
    if (isWsl()) return /-Microsoft$/.test(release()) ? WSL_1 : { state: 'note', seen: WSL_2 };
    const container = containerAround();
    if (container === undefined) return good({ en: 'a machine, real or virtual', zh: '一台机器（实体机或虚拟机）' });
    return {
      state: 'note',
      seen: { en: `a container (${container})`, zh: `一个容器（${container}）` },
      cure: IN_CONTAINER,
    };
  },
};

export function isWsl(): boolean {
  return /microsoft/i.test(release());
}

/** The number that the kernel always gives the machine's first PID namespace (PROC_PID_INIT_INO). */
const FIRST_PID_NAMESPACE = 'pid:[4026531836]';

/** Which, as the engines mark their containers. The marks alone prove nothing: a machine may be made of an image. */
function containerAround(): string | undefined {
  if (readlinkSync('/proc/self/ns/pid') === FIRST_PID_NAMESPACE && !isInUserNamespace()) return undefined;
  if (existsSync('/.dockerenv')) return 'Docker';
  if (existsSync('/run/.containerenv')) return 'Podman';
  return /(?:^|\0)container=([^\0]+)/.exec(readText('/proc/1/environ') ?? '')?.[1] ?? 'namespaces';
}

const IN_CONTAINER: Text = {
  en: 'It has to be a privileged one, with SLIPWAY_ROOT on a volume. “The host” of a lesson is then this container.',
  zh: '它必须是特权容器，SLIPWAY_ROOT 要放在卷上。课程里说的“宿主机”此时就是这个容器。',
};

const WSL_2: Text = {
  en: 'Windows, with WSL 2: keep Slipway in its own file system, not below /mnt/c',
  zh: 'Windows 上的 WSL 2：请把 Slipway 放在它自己的文件系统里，不要放在 /mnt/c 下',
};

const WSL_1: Finding = {
  state: 'bad',
  seen: { en: 'Windows, with WSL 1, which has no Linux kernel', zh: 'Windows 上的 WSL 1，它没有 Linux 内核' },
  cure: {
    en: 'Convert it, in a terminal of Windows (wsl -l shows the name):',
    zh: '请在 Windows 终端里转换（wsl -l 显示名称）：',
  },
  command: 'wsl --set-version Debian 2',
};
