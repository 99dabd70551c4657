// Hints for each goal of the conformance suite, where it is asked of my-run.ts.

import type { Text } from '../../src/learn/text.ts';
import { both } from '../../src/learn/text.ts';

const ENDING: Text[] = [
  {
    en: 'The command has to be found in ROOTFS first, so the goals above this one come first. The rest was there when you began: what a container ends with comes from waitpid() in runContainer(), and is passed on twice: by the process in the middle, and by the first.',
    zh: '首先要能在 ROOTFS 里找到命令，所以先达成上面的目标。其余部分原来就有：容器以什么退出码结束，来自 runContainer() 里的 waitpid()，然后传递两次：先由中间的进程，再由最初的进程。',
  },
  {
    en: 'findOrEnd() knows 126 and 127; exitCode() makes 128 + signal of a status. `slipway reset run` gives you the file as it was, so keep a copy of yours first.',
    zh: '126 和 127 由 findOrEnd() 决定，128 + 信号编号由 exitCode() 算出。`slipway reset run` 会恢复原来的文件，先把你的那份存下来。',
  },
];

const STREAMS: Text[] = [
  {
    en: 'This was there when you began: the command has the very descriptors 0, 1 and 2 that my-run.ts was started with. Do not print anything of your own to stdout.',
    zh: '这一部分原来就有：命令用的 0、1、2 号描述符就是启动 my-run.ts 时的那三个。注意不要往 stdout 打印自己的东西。',
  },
  {
    en: 'keepStdio() just before execve takes close-on-exec off them, which Node has put there.',
    zh: 'Node 给这三个描述符设了 close-on-exec，execve 之前的 keepStdio() 把它去掉。',
  },
];

const namespace = (bit: string): Text[] => [
  {
    en: `A new namespace is a bit in clone3's flags: this one is flag.${bit}. Your editor lists them all behind "flag.CLONE_NEW".`,
    zh: `clone3 的 flags 里一个位对应一个新的 namespace，这里要的是 flag.${bit}。在编辑器里输入“flag.CLONE_NEW”就能看到全部。`,
  },
  both('const own = flag.CLONE_NEWNS | flag.CLONE_NEWUTS | flag.CLONE_NEWIPC | flag.CLONE_NEWPID | flag.CLONE_NEWNET;'),
];

const PIVOT: Text[] = [
  {
    en: 'layRoot() hands you an open folder, and it has to be a mount: the overlay comes first. But nobody has made it the root yet. Lesson 04 had the call, and chroot/root.ts has it in one function that takes the descriptor.',
    zh: 'layRoot() 给了你一个打开的目录，它得是一个挂载，所以先挂 overlay。但还没有人把它变成根。要用的调用在第 04 课见过，chroot/root.ts 里有一个接受描述符的函数把它包好了。',
  },
  {
    en: 'Do it last, behind all mounts: afterwards the paths of the machine lead nowhere, those of volumes too.',
    zh: '放在最后，等所有挂载都做完：之后机器上的路径就都不通了，卷的来源也一样。',
  },
  both('pivot(root);'),
];

const DEV: Text[] = [
  {
    en: 'Two steps: an empty /dev in memory, so that nothing of ROOTFS is in it, and then the devices. chroot/devices.ts makes the second.',
    zh: '分两步：先在内存里放一个空的 /dev，不用 ROOTFS 里的；再建设备。第二步在 chroot/devices.ts 里。',
  },
  {
    en: 'In a user namespace the kernel makes no device nodes, so there the nodes of the machine are bound: that is what makeDevices(…, { bind }) asks you.',
    zh: '在 user namespace 里内核不让建设备节点，只能把机器上的节点绑定进来：makeDevices(…, { bind }) 问的就是这个。',
  },
  both(
    "mountEntry(root, { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['mode=755'] }); makeDevices(root, [], { bind: isInUserNamespace() }); linkDevices(root);",
  ),
];

const limit = (what: string): Text[] => [
  {
    en: 'Two places: `resources` says what the cgroup allows, and the child has to be in the cgroup. What type `resources` has, src/oci.ts says.',
    zh: '有两处：`resources` 说 cgroup 允许多少，另外子进程必须在这个 cgroup 里。`resources` 的类型见 src/oci.ts。',
  },
  {
    en: 'On v1 a process joins by its number in cgroup.procs: cgroup.add(pid), while the child still waits. On v2 clone3 has put it there already.',
    zh: '在 v1 上，把进程号写进 cgroup.procs 就算加入：趁子进程还在等，cgroup.add(pid)。在 v2 上，clone3 已经把它放进去了。',
  },
  both(what),
];

const VOLUME: Text[] = [
  {
    en: 'values.volume is a list of what stood behind -v, and mountVolume() at the end of the file mounts one.',
    zh: 'values.volume 是每个 -v 后面的内容，文件末尾的 mountVolume() 负责挂一个。',
  },
  {
    en: 'Before the pivot, since a source is a path of the machine. And behind the other mounts, which would cover it.',
    zh: '要在 pivot 之前，因为来源是机器上的路径；要在其他挂载之后，否则会被盖住。',
  },
  both('for (const volume of values.volume) mountVolume(root, volume);'),
];

const CLEANING: Text[] = [
  {
    en: 'The mounts go with the last process of their mount namespace, and the processes with PID 1 of theirs. So these namespaces have to be there, and the mounts be made inside.',
    zh: '挂载随 mount namespace 里最后一个进程消失，进程随 PID namespace 里的 1 号进程消失。所以这两个 namespace 要有，挂载要在里面做。',
  },
  {
    en: 'What else is made in runContainer() has its release beside it, in undo.later(…): there the cgroup and the folder are removed.',
    zh: 'runContainer() 里建的其他东西，旁边都用 undo.later(…) 写好了怎么收：cgroup 和那个目录就是这样删掉的。',
  },
];

export const HINTS: Readonly<Record<string, Text[]>> = {
  'exit-code': ENDING,
  'exit-signal': ENDING,
  'exit-127': ENDING,
  'exit-126': ENDING,
  streams: STREAMS,
  stdin: STREAMS,
  binary: STREAMS,
  mnt: namespace('CLONE_NEWNS'),
  uts: namespace('CLONE_NEWUTS'),
  ipc: namespace('CLONE_NEWIPC'),
  pid: namespace('CLONE_NEWPID'),
  net: namespace('CLONE_NEWNET'),
  cgroup: [
    {
      en: 'Not with clone3: a cgroup namespace begins at the cgroup that its maker is in, and the child has to be in its own first.',
      zh: '这个不能用 clone3：cgroup namespace 从创建者当时所在的 cgroup 开始算，所以子进程得先进自己的 cgroup。',
    },
    {
      en: 'In becomeCommand(): unshare() takes the same bits. By then the parent has put the child where it belongs.',
      zh: '在 becomeCommand() 里用 unshare()，参数是同样的位。到那时，父进程已经把子进程放到该去的地方了。',
    },
    both('unshare(flag.CLONE_NEWCGROUP);'),
  ],
  'pid-1': [
    {
      en: 'The first process in a PID namespace is number 1, and execve keeps the number. Has something else been forked in there first?',
      zh: 'PID namespace 里的第一个进程是 1 号，execve 不改变编号。是不是里面先 fork 了别的进程？',
    },
    {
      en: 'The child of clone3 itself has to become the command.',
      zh: '要由 clone3 的子进程自己变成命令。',
    },
  ],
  user: [
    {
      en: 'The user namespace was there when you began. An ordinary user has rights in it alone: does a step of yours want rights over the machine?',
      zh: 'user namespace 原来就有。普通用户只在它里面有权限：是不是有哪一步要用到对整台机器的权限？',
    },
    {
      en: 'In there devices are bound, not made, and overlay needs userxattr. isInUserNamespace() is the answer to both.',
      zh: '在里面，设备只能绑定，不能新建；overlay 要带 userxattr。两处都用 isInUserNamespace() 来判断。',
    },
  ],
  root: [
    {
      en: 'layRoot() makes folders for an overlay, and none yet. Which of its folders is ROOTFS, and is never written to?',
      zh: 'layRoot() 只建好了 overlay 要用的目录，还没有挂。哪一层是 ROOTFS、永远不会被写入？',
    },
    ...PIVOT,
  ],
  escape: PIVOT,
  proc: [
    {
      en: 'A /proc shows the processes of the PID namespace in which it was mounted. So it is the child that mounts it, before the pivot.',
      zh: '/proc 显示的是挂载它的那个 PID namespace 里的进程。所以要由子进程在 pivot 之前挂载。',
    },
    {
      en: 'mountEntry() of volumes/entry.ts mounts one line of a config.json: destination, type, source, options.',
      zh: 'volumes/entry.ts 的 mountEntry() 挂载 config.json 里的一项：destination、type、source、options。',
    },
    both("mountEntry(root, { destination: '/proc', type: 'proc', source: 'proc' });"),
  ],
  dev: DEV,
  disks: DEV,
  memory: limit('...(values.memory ? { memory: { limit: values.memory } } : {}),'),
  pids: limit("...(values['pids-limit'] ? { pids: { limit: values['pids-limit'] } } : {}),"),
  cpu: limit('...(values.cpus ? { cpu: { quota: values.cpus * 100_000, period: 100_000 } } : {}),'),
  volume: VOLUME,
  'volume-ro': VOLUME,
  whiteout: [
    {
      en: 'What the command changes must go into upper, in memory. Lesson 06: lowerdir, upperdir, workdir, and the place where they become one.',
      zh: '命令改动的内容要进内存里的 upper。第 06 课：lowerdir、upperdir、workdir，以及合到一起的地方。',
    },
    {
      en: 'unionfs/overlay.ts has mountOverlay(), which takes these folders by name. In a user namespace it needs userxattr.',
      zh: 'unionfs/overlay.ts 里有 mountOverlay()，按名字接受这几个目录。在 user namespace 里要带 userxattr。',
    },
    both('mountOverlay({ lowerdirs: [rootfs], upperdir, workdir, target, userxattr: isInUserNamespace() });'),
  ],
  mounts: CLEANING,
  cgroups: CLEANING,
  processes: CLEANING,
};
