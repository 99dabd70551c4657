// May this user make cgroups, and limit processors, memory and processes with them? Root may; anybody else only where
// systemd has delegated a part of the tree to them, which takes cgroup v2 alone.

import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { detectHierarchies, modeOf } from '../../cgroups/detect.ts';
import { controllersOf } from '../../cgroups/make.ts';
import type { Part } from '../../cgroups/part.ts';
import { isRoot } from '../../runtime/places.ts';
import { lessonNames, needsOf } from '../lesson.ts';
import { LIMITS, placesForCgroups } from '../needs.ts';
import type { Text } from '../text.ts';
import { isWsl } from './around.ts';
import { type Finding, good, type Question } from './question.ts';
import { readText } from './settings.ts';

export const cgroups: Question = {
  name: 'cgroups',
  title: { en: 'cgroups', zh: 'cgroup' },
  ask() {
    const hierarchies = detectHierarchies();
    const mode = modeOf(hierarchies);
    const missing = missingLimits(placesForCgroups(hierarchies).filter(({ folder }) => canMakeIn(folder)));
    if (missing.length === 0) return good(MODES[mode]);
    const own = hierarchies.find(({ version }) => version === 2)?.ownFolder ?? '';
    return {
      ...explain(mode, missing, own),
      lessons: lessonNames().filter((name) => needsOf(name).includes('cgroup')),
    };
  },
};

type Mode = ReturnType<typeof modeOf>;

const MODES: Record<Mode, Text> = {
  v1: { en: 'version 1', zh: 'v1' },
  v2: { en: 'version 2', zh: 'v2' },
  hybrid: { en: 'version 1, and 2 beside it (hybrid)', zh: 'v1，旁边还有 v2（hybrid）' },
  none: { en: 'none is mounted', zh: '一个都没有挂载' },
};

function canMakeIn(folder: string): boolean {
  const trial = join(folder, `slipway-doctor-${process.pid}`);
  try {
    mkdirSync(trial);
    rmdirSync(trial);
    return true;
  } catch {
    return false;
  }
}

function missingLimits(parts: readonly Part[]): string[] {
  const controllers = parts.flatMap(passedDown);
  return LIMITS.filter((name) => !controllers.includes(name));
}

/**
 * The controllers that a cgroup made in there gets. On version 2, one that has processes passes down no more than it does
 * already, unless it is the top of the machine's tree, which alone has no cgroup.type; or ours, so that we may move them.
 */
function passedDown(part: Part): string[] {
  const { version, delegated, folder } = part;
  const isFree =
    delegated || readText(join(folder, 'cgroup.type')) === undefined || !readText(join(folder, 'cgroup.procs'));
  if (version === 1 || isFree) return controllersOf(part);
  return readText(join(folder, 'cgroup.subtree_control'))?.split(' ') ?? [];
}

/** @param own our cgroup on version 2. */
function explain(mode: Mode, missing: readonly string[], own: string): Finding {
  const list = missing.join(', ');
  if (isRoot) return { state: 'bad', ...forRoot(mode, list) };
  const seen = {
    en: `${MODES[mode].en}; nothing delegated to you that has ${list}`,
    zh: `${MODES[mode].zh}；没有委派给你的、带 ${list} 的 cgroup`,
  };
  return { state: 'bad', seen, ...(mode === 'v2' ? delegation(own) : asRootOnly()) };
}

/** In a container they are shown read-only; and a boot option can switch a controller off. */
function forRoot(mode: Mode, list: string): Pick<Finding, 'seen' | 'cure' | 'command'> {
  const seen = {
    en: `${MODES[mode].en}; none can be made with ${list}`,
    zh: `${MODES[mode].zh}；不能创建带 ${list} 的 cgroup`,
  };
  if (mode === 'none') {
    return { seen, cure: { en: 'Mount it:', zh: '请挂载：' }, command: 'mount -t cgroup2 none /sys/fs/cgroup' };
  }
  return {
    seen,
    cure: {
      en: 'In a container, make it a privileged one, with --cgroupns=host. Else look for cgroup_disable= in /proc/cmdline; a Raspberry Pi wants cgroup_enable=memory there.',
      zh: '如果身在容器里，请改用特权容器，并加上 --cgroupns=host。否则看看 /proc/cmdline 里有没有 cgroup_disable=；树莓派需要在那里加上 cgroup_enable=memory。',
    },
  };
}

/**
 * A session's own cgroup, /user.slice/user-1000.slice/session-2.scope, belongs to root. What the user's own systemd starts,
 * beside it in user@1000.service, can get one.
 */
function delegation(own: string): Pick<Finding, 'cure' | 'command'> {
  const uid = process.getuid?.();
  const [slice] = new RegExp(`^.*/user-${uid}\\.slice`).exec(own) ?? [];
  const has = readText(`${slice}/user@${uid}.service/cgroup.controllers`)?.split(' ');
  if (has === undefined) return asRootOnly();
  if (LIMITS.every((name) => has.includes(name))) {
    return {
      cure: {
        en: 'Begin a shell with a cgroup that is delegated to it, and run Slipway from there; or run it as root.',
        zh: '请开一个带有委派 cgroup 的 shell，在里面运行 Slipway；或者以 root 运行。',
      },
      command: 'systemd-run --user --scope -p Delegate=yes "$SHELL"',
    };
  }
  return {
    cure: {
      en: 'Have systemd delegate more to its users, log in anew, and ask again; or run Slipway as root.',
      zh: '让 systemd 委派更多控制器给用户，重新登录后再问一次；或者以 root 运行 Slipway。',
    },
    command: DELEGATE_MORE,
  };
}

const DELEGATE_MORE = `sudo sh -c 'mkdir -p /etc/systemd/system/user@.service.d &&
  printf "[Service]\\nDelegate=cpu cpuset io memory pids\\n" > /etc/systemd/system/user@.service.d/delegate.conf &&
  systemctl daemon-reload'`;

function asRootOnly(): Pick<Finding, 'cure' | 'command'> {
  return { cure: isWsl() ? ON_WSL : AS_ROOT, command: 'sudo ./slipway' };
}

const AS_ROOT = {
  en: 'Do this lesson as root:',
  zh: '请以 root 做这一课：',
};

const ON_WSL = {
  en: 'Do this lesson as root; or have WSL mount version 2 alone (docs/workshop.md).',
  zh: '请以 root 做这一课；或者让 WSL 只挂载 v2（docs/workshop.zh-CN.md）。',
};
