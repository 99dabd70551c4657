// May this user make a user namespace, and have rights in it? Distributions forbid it in three different ways.
//
//     user.max_user_namespaces = 0                       none can be made, not even by root: ENOSPC
//     kernel.unprivileged_userns_clone = 0               Debian's kernels: EPERM
//     kernel.apparmor_restrict_unprivileged_userns = 1   Ubuntu from 23.10 on: it is made, and is worth nothing, since
//                                                        AppArmor takes all rights away

import { CLONE_NEWNS, CLONE_NEWUTS } from '../../linux/constants.ts';
import { sethostname, unshare } from '../../linux/namespaces.ts';
import { isRoot } from '../../runtime/places.ts';
import { attempt, enterUserNamespace, type Refusal } from './attempt.ts';
import { lessonsThatRun } from './lessons.ts';
import { type Finding, good, type Question } from './question.ts';
import { asRoot, sysctl } from './settings.ts';

export const userNamespaces: Question = {
  name: 'user-namespaces',
  title: { en: 'user namespaces', zh: 'user namespace' },
  ask() {
    const refusal = refusalOfUserNamespaces();
    if (!refusal) return good({ en: 'can be made, with rights inside', zh: '可以创建，并且在里面拥有权限' });
    const finding = explain(refusal, Object.fromEntries(SETTINGS.map((name) => [name, sysctl(name)])));
    // Root's containers do without them; only what is about them cannot be shown.
    return isRoot ? { ...finding, lessons: lessonsThatRun(/unshare.*(--user|-U)/) } : finding;
  },
};

/** Why a user namespace is not to be had, with what makes it worth having. */
export function refusalOfUserNamespaces(): Refusal | undefined {
  return attempt(() => {
    enterUserNamespace();
    unshare(CLONE_NEWNS | CLONE_NEWUTS);
    sethostname('doctor');
  });
}

const SETTINGS = [
  'user.max_user_namespaces',
  'kernel.unprivileged_userns_clone',
  'kernel.apparmor_restrict_unprivileged_userns',
] as const;

type Settings = Partial<Record<(typeof SETTINGS)[number], number | undefined>>;

/** Which setting it is, most likely. */
export function explain(refusal: Refusal, settings: Settings): Finding {
  if (settings['user.max_user_namespaces'] === 0) return switchedOff('user.max_user_namespaces', 0, 15_000);
  if (settings['kernel.unprivileged_userns_clone'] === 0) return switchedOff('kernel.unprivileged_userns_clone', 0, 1);
  if (settings['kernel.apparmor_restrict_unprivileged_userns'] === 1) {
    return switchedOff('kernel.apparmor_restrict_unprivileged_userns', 1, 0);
  }
  return {
    state: 'bad',
    seen: { en: `refused: ${refusal.message}`, zh: `被拒绝：${refusal.message}` },
    cure: {
      en: 'No setting known here forbids it. In a container, it is what is around us that does: make it a privileged one. Else run Slipway as root.',
      zh: '已知的内核设置都没有禁止它。如果身在容器里，那就是外层容器禁止的：请改用特权容器。否则请以 root 运行 Slipway。',
    },
  };
}

function switchedOff(name: string, is: number, shall: number): Finding {
  return {
    state: 'bad',
    seen: { en: `switched off: ${name} is ${is}`, zh: `被关闭了：${name} 是 ${is}` },
    cure: isRoot ? SWITCH_ON : SWITCH_ON_OR_BE_ROOT,
    command: asRoot(`sysctl -w ${name}=${shall}`),
  };
}

const SWITCH_ON = {
  en: 'Switch them on until the next boot, for every program of this machine:',
  zh: '打开它，直到下次重启（对这台机器上的所有程序都生效）：',
};

const SWITCH_ON_OR_BE_ROOT = {
  en: 'Run Slipway as root; or switch them on until the next boot, for every program of this machine:',
  zh: '以 root 运行 Slipway；或者打开它，直到下次重启（对这台机器上的所有程序都生效）：',
};
