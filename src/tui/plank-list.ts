// The slipway: what `run` is built of, a plank for each lesson. Laid are those whose lesson is done.

import type { Text } from '../learn/text.ts';

export interface Plank {
  lesson: string;
  /** The system calls. */
  calls: string;
  gives: Text;
}

export const PLANKS: readonly Plank[] = [
  { lesson: '01-process', calls: 'fork execve waitpid', gives: { en: 'a process of our own', zh: '自己的进程' } },
  { lesson: '02-chroot', calls: 'chroot chdir', gives: { en: 'another root', zh: '另一个根目录' } },
  {
    lesson: '03-namespaces',
    calls: 'clone3 unshare',
    gives: { en: 'names, processes, network of its own', zh: '独立的名字、进程、网络' },
  },
  { lesson: '04-pivot-root', calls: 'pivot_root umount2', gives: { en: 'no way back', zh: '没有退路' } },
  { lesson: '05-cgroups', calls: 'mkdirat write', gives: { en: 'limits', zh: '资源限制' } },
  { lesson: '06-unionfs', calls: 'mount "overlay"', gives: { en: 'layers', zh: '分层文件系统' } },
  { lesson: '07-volumes', calls: 'open_tree move_mount', gives: { en: 'folders of the host', zh: '宿主机的目录' } },
  { lesson: '08-exec', calls: 'setns pidfd_open', gives: { en: 'a way in', zh: '进入容器' } },
  { lesson: '09-run', calls: 'clone3 … execve', gives: { en: 'the ship floats', zh: '下水' } },
  { lesson: '10-runtime', calls: 'mknod "fifo"', gives: { en: 'other engines steer it', zh: '别的引擎来驾驶' } },
  { lesson: '11-supervise', calls: 'poll signalfd waitid', gives: { en: 'a watch on the bridge', zh: '值班的人' } },
];
