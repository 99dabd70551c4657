// The planks of a container as switches: what each gives, what follows when it is left out, which flags of `run` say so,
// and the code that does it.

import type { Text } from '../../learn/text.ts';

export type MechanismName =
  | 'mnt'
  | 'root'
  | 'overlay'
  | 'pid'
  | 'uts'
  | 'ipc'
  | 'net'
  | 'cgroup'
  | 'user'
  | 'time'
  | 'limits'
  | 'capabilities'
  | 'seccomp';

export interface Mechanism {
  name: MechanismName;
  title: Text;
  /** What a shell in the container can do when it is left out. */
  leak: Text;
  /** The flags of `slipway run` that leave it out, or that ask for it. */
  without: readonly string[];
  with: readonly string[];
  /** Where it is done: file and name, as lessons quote it. */
  code: readonly (readonly [path: string, name: string])[];
  lesson: string;
  /** As `slipway run` has it by itself. */
  isUsual: boolean;
}

const NAMESPACE_CODE = [
  ['src/namespaces/flags.ts', 'cloneFlags'],
  ['src/runtime/run.ts', 'step:clone'],
] as const;

export const MECHANISMS: readonly Mechanism[] = [
  {
    name: 'mnt',
    title: { en: 'mount namespace', zh: '挂载 namespace' },
    leak: { en: 'what is mounted inside appears on the host', zh: '容器内的挂载会出现在宿主机上' },
    without: [],
    with: [],
    code: NAMESPACE_CODE,
    lesson: '03-namespaces',
    isUsual: true,
  },
  {
    name: 'root',
    title: { en: 'a root of its own', zh: '独立的根目录' },
    leak: { en: 'every file of the host can be read', zh: '能读到宿主机的所有文件' },
    without: [],
    with: [],
    code: [['src/chroot/root.ts', 'pivot']],
    lesson: '04-pivot-root',
    isUsual: true,
  },
  {
    name: 'overlay',
    title: { en: 'a layer for changes', zh: '可写层（overlay）' },
    leak: {
      en: 'changes go into the folder itself, and stay when the container is gone',
      zh: '修改直接写进目录本身，容器没了也还在',
    },
    without: [],
    with: [],
    code: [['src/unionfs/overlay.ts', 'mountOverlay']],
    lesson: '06-unionfs',
    isUsual: true,
  },
  {
    name: 'pid',
    title: { en: 'PID namespace', zh: 'PID namespace' },
    leak: {
      en: 'ps shows every process of the host, and kill reaches them',
      zh: 'ps 列出宿主机的全部进程，kill 也够得着',
    },
    without: ['--pid', 'host'],
    with: [],
    code: NAMESPACE_CODE,
    lesson: '03-namespaces',
    isUsual: true,
  },
  {
    name: 'uts',
    title: { en: 'UTS namespace', zh: 'UTS namespace' },
    leak: { en: 'the hostname is the host’s, and root can change it', zh: '主机名就是宿主机的，root 还能改它' },
    without: ['--uts', 'host'],
    with: [],
    code: [['src/runtime/init.ts', 'step:names'], ...NAMESPACE_CODE],
    lesson: '03-namespaces',
    isUsual: true,
  },
  {
    name: 'ipc',
    title: { en: 'IPC namespace', zh: 'IPC namespace' },
    leak: { en: 'ipcs shows the host’s queues and shared memory', zh: 'ipcs 能看到宿主机的消息队列和共享内存' },
    without: ['--ipc', 'host'],
    with: [],
    code: NAMESPACE_CODE,
    lesson: '03-namespaces',
    isUsual: true,
  },
  {
    name: 'net',
    title: { en: 'network namespace', zh: '网络 namespace' },
    leak: { en: 'the host’s interfaces, ports and abstract sockets', zh: '用的是宿主机的网卡、端口和抽象套接字' },
    without: ['--network', 'host'],
    with: [],
    code: [['src/namespaces/loopback.ts', 'raiseLoopback'], ...NAMESPACE_CODE],
    lesson: '03-namespaces',
    isUsual: true,
  },
  {
    name: 'cgroup',
    title: { en: 'cgroup namespace', zh: 'cgroup namespace' },
    leak: { en: '/proc/self/cgroup tells where on the host it is', zh: '/proc/self/cgroup 会透露它在宿主机上的位置' },
    without: ['--cgroupns', 'host'],
    with: [],
    code: [['src/namespaces/flags.ts', 'unshareInside']],
    lesson: '05-cgroups',
    isUsual: true,
  },
  {
    name: 'user',
    title: { en: 'user namespace', zh: '用户 namespace' },
    leak: { en: 'root inside is root outside', zh: '容器里的 root 就是外面的 root' },
    without: [],
    with: ['--userns', 'private'],
    code: [['src/namespaces/idmap.ts', 'writeIdMaps'], ...NAMESPACE_CODE],
    lesson: '03-namespaces',
    isUsual: false,
  },
  {
    name: 'time',
    title: { en: 'time namespace', zh: '时间 namespace' },
    leak: { en: 'uptime is the host’s', zh: '开机时长就是宿主机的' },
    without: [],
    with: ['--timens', 'private'],
    code: [['src/namespaces/flags.ts', 'unshareInside']],
    lesson: '03-namespaces',
    isUsual: false,
  },
  {
    name: 'limits',
    title: { en: 'cgroup limits', zh: 'cgroup 资源限制' },
    leak: { en: 'it may take all memory, all processors, all PIDs', zh: '可以耗尽内存、CPU 和 PID' },
    without: [],
    with: ['--memory', '64m', '--cpus', '0.5', '--pids-limit', '64'],
    code: [
      ['src/runtime/run.ts', 'step:limits'],
      ['src/cgroups/apply.ts', 'applyResources'],
    ],
    lesson: '05-cgroups',
    isUsual: true,
  },
  {
    name: 'capabilities',
    title: { en: 'fewer capabilities', zh: '收窄的 capabilities' },
    leak: { en: 'its root may mount, load modules, set the clock', zh: '它的 root 可以挂载、加载模块、改系统时间' },
    without: ['--cap-add', 'ALL'],
    with: [],
    code: [['src/security/confine.ts', 'confine']],
    lesson: '09-run',
    isUsual: true,
  },
  {
    name: 'seccomp',
    title: { en: 'a seccomp filter', zh: 'seccomp 过滤器' },
    leak: { en: 'every system call of the kernel can be tried', zh: '内核的任何系统调用都可以尝试' },
    without: ['--security-opt', 'seccomp=unconfined'],
    with: [],
    code: [
      ['src/runtime/run.ts', 'sendFilter'],
      ['src/security/seccomp.ts', 'compile'],
    ],
    lesson: '09-run',
    isUsual: true,
  },
];
