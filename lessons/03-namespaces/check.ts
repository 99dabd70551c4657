import { readdirSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { askInside } from '../../src/learn/ask-inside.ts';
import { type Answer, type Check, isTrue } from '../../src/learn/goal.ts';
import { AS_A_USER } from '../../src/learn/lab/around.ts';
import type { Held } from '../../src/learn/lab/held.ts';
import { sethostname } from '../../src/linux/namespaces.ts';

/** The guard's name while that is asked for. */
const OUTSIDE = 'guard';

const KINDS = ['uts', 'ipc', 'pid', 'net', 'mnt'];

export const check: Check = {
  goals: [
    {
      name: 'namespaces',
      title: {
        en: 'the command has a uts, ipc, pid, net and mnt namespace of its own',
        zh: '命令有自己的 uts、ipc、pid、net、mnt namespace',
      },
      hints: [
        {
          en: 'clone3 makes a new namespace for each CLONE_NEW… bit in its flags. Those bits are in linux/constants.ts, and the imports at the top of the file name all that you need.',
          zh: 'clone3 的 flags 里每有一个 CLONE_NEW… 位，就建一个新的 namespace。这些位定义在 linux/constants.ts 里，文件开头的 import 已经列出了要用的几个。',
        },
        {
          en: 'The mount namespace was the first of all, so its bit has no name of its own: CLONE_NEWNS. Bits are joined with |.',
          zh: 'mount namespace 是最早的一个，所以它的位没有专门的名字，就叫 CLONE_NEWNS。多个位用 | 连起来。',
        },
      ],
      ask: async (lab) => {
        const held = await lab.hold([lab.rootfs()]);
        const shared = KINDS.filter((kind) => !held.hasOwn(kind)).join(', ');
        return isTrue(shared === '', { en: `it shares ${shared} with us outside`, zh: `它和外面共用 ${shared}` });
      },
    },
    {
      name: 'hostname',
      title: { en: 'its host name is box, and the name outside stays', zh: '里面的主机名是 box，外面的不变' },
      hints: [
        {
          en: 'The call is sethostname, and a process can change only the name of the UTS namespace that it is in. So who has to make the call, the parent or the child?',
          zh: '要用的是 sethostname。进程只能改自己所在 UTS namespace 的名字，那么这个调用该由父进程做，还是子进程做？',
        },
        {
          en: 'The child makes it, in inside(): linux/namespaces.ts has sethostname(name). Without CLONE_NEWUTS it would rename the whole machine, or this guard at least.',
          zh: '由子进程在 inside() 里调用：linux/namespaces.ts 里有 sethostname(name)。没有 CLONE_NEWUTS，改掉的就是整台机器的名字（这里至少是 guard 的）。',
        },
      ],
      ask: async (lab) => {
        sethostname(OUTSIDE); // an earlier start may have left the right name here, for the command to inherit
        const held = await lab.hold([lab.rootfs()]);
        const inside = askInside(held.pid, ['uts'], hostname);
        if (!held.hasOwn('uts')) {
          return { en: `inside and outside share one name: ${inside}`, zh: `里外共用一个名字：${inside}` };
        }
        if (hostname() !== OUTSIDE) {
          return { en: `the name outside has become ${hostname()}`, zh: `外面的名字变成了 ${hostname()}` };
        }
        return isTrue(inside === 'box', { en: `the name inside is ${inside}`, zh: `里面的名字是 ${inside}` });
      },
    },
    {
      name: 'pid',
      title: { en: 'the command is PID 1', zh: '命令是 1 号进程' },
      hints: [
        {
          en: 'The first process in a PID namespace gets the number 1. Which process is the first in yours, and is it the one that calls execve?',
          zh: 'PID namespace 里的第一个进程编号为 1。你的 namespace 里第一个进程是谁？调用 execve 的是它吗？',
        },
        {
          en: 'The child of clone3 with CLONE_NEWPID is PID 1, and execve keeps the number. Another fork inside would be PID 2.',
          zh: '带 CLONE_NEWPID 的 clone3 生出的子进程就是 1 号，execve 不会改变编号。在里面再 fork 一次，得到的就是 2 号了。',
        },
      ],
      ask: async (lab) => {
        const held = await lab.hold([lab.rootfs()]);
        const own = held.status('NSpid').split('\t').at(-1);
        return isTrue(held.hasOwn('pid') && own === '1', {
          en: `it is process ${own} ${held.hasOwn('pid') ? 'of its PID namespace' : 'of the PID namespace outside'}`,
          zh: `它在${held.hasOwn('pid') ? '自己的' : '外面的'} PID namespace 里是 ${own} 号`,
        });
      },
    },
    {
      name: 'proc',
      title: { en: 'its /proc shows its own processes, and no others', zh: '它的 /proc 里只有它自己的进程' },
      hints: [
        {
          en: 'A /proc shows the processes of the PID namespace in which it was mounted. Nobody has mounted one in ROOTFS yet.',
          zh: '/proc 显示的是挂载它的那个 PID namespace 里的进程。而 ROOTFS 里还没有人挂载过 /proc。',
        },
        {
          en: 'In step 5 --mount-proc did it. As a call it is mount(source, target, type, flags), where for this file system the source is only a label.',
          zh: '第 5 步里是 --mount-proc 做的。写成调用是 mount(source, target, type, flags)，对这种文件系统来说，source 只是个标签。',
        },
        {
          en: "In inside(), after the chroot: mount('proc', '/proc', 'proc', 0). Done before clone3, or by the parent, it would show the processes outside.",
          zh: "放在 inside() 里，也就是 chroot 之后：mount('proc', '/proc', 'proc', 0)。在 clone3 之前做，或由父进程来做，看到的就是外面的进程。",
        },
      ],
      ask: async (lab) => {
        const held = await lab.hold([lab.rootfs()]);
        const listed = numbers(held.inside('/proc'));
        const own = numbers('/proc').filter((pid) => linkOf(pid, 'pid') === held.link('ns/pid')).length;
        if (listed.length === 0) return { en: 'its /proc is empty', zh: '它的 /proc 是空的' };
        return isTrue(held.hasOwn('pid') && listed.length === own, {
          en: `its /proc shows ${listed.length} processes, and ${held.hasOwn('pid') ? own : 'none'} of them in a PID namespace of its own`,
          zh: `它的 /proc 里有 ${listed.length} 个进程，其中在它自己的 PID namespace 里的有 ${held.hasOwn('pid') ? own : 0} 个`,
        });
      },
    },
    {
      name: 'lo',
      title: { en: 'lo is up in its network', zh: '它的网络里 lo 已经启用' },
      hints: [
        {
          en: 'A new network namespace has one device, lo, and it is switched off. Slipway has to switch it on too, for every container: look in namespaces/.',
          zh: '新的 network namespace 里只有一个设备 lo，而且是关着的。Slipway 给每个容器也都要打开它，看看 namespaces/ 里有什么。',
        },
        {
          en: 'raiseLoopback() of namespaces/loopback.ts works on the network of the process that calls it: so it belongs in inside().',
          zh: 'namespaces/loopback.ts 的 raiseLoopback() 作用于调用者所在的网络，所以它应该放在 inside() 里。',
        },
      ],
      ask: async (lab) => {
        const held = await lab.hold([lab.rootfs()]);
        if (!held.hasOwn('net')) return { en: 'its network is the one outside', zh: '它用的就是外面的网络' };
        return isTrue(held.read('net/fib_trie').includes('127.0.0.1'), {
          en: 'it has a network of its own, in which 127.0.0.1 is nobody: lo is down',
          zh: '它有自己的网络，但里面没有 127.0.0.1：lo 还没有打开',
        });
      },
    },
    {
      name: 'user',
      title: {
        en: 'started by an ordinary user, it is root in a user namespace',
        zh: '由普通用户启动时，命令在 user namespace 里是 root',
      },
      hints: [
        {
          en: 'EPERM says that an ordinary user may not make these namespaces. One kind everybody may make, and whoever is in it may make the others.',
          zh: 'EPERM 说明普通用户不能建这些 namespace。只有一种是谁都可以建的，进了它，其余几种也就可以建了。',
        },
        {
          en: 'When uid is not 0, CLONE_NEWUSER belongs in the same flags: the kernel makes the user namespace first. Who is who in it is said by /proc/PID/uid_map, which the parent writes while the child waits.',
          zh: 'uid 不是 0 时，在同一组 flags 里加上 CLONE_NEWUSER，内核会先建 user namespace。里面谁是谁由 /proc/PID/uid_map 决定，父进程趁子进程等待时写好它。',
        },
        {
          en: 'In outside(pid): writeIdMaps(pid, …, …) with one mapping each for uid and gid. 0 inside (containerID) is you outside (hostID), and size is 1.',
          zh: '在 outside(pid) 里：writeIdMaps(pid, …, …)，uid 和 gid 各一条映射。里面的 0（containerID）就是外面的你（hostID），size 为 1。',
        },
      ],
      ask: async (lab) => {
        lab.around = AS_A_USER;
        return asRoot(await lab.hold([lab.rootfs()]));
      },
    },
  ],
};

function asRoot(held: Held): Answer {
  if (held.link('ns/user') === linkOf(held.programPid, 'user')) {
    return { en: 'it is in the user namespace of whoever started it', zh: '它和启动它的人在同一个 user namespace 里' };
  }
  const uid = uidInside(held);
  return isTrue(uid === 0, {
    en: uid === undefined ? 'its uid_map is empty: it is nobody in there' : `it is uid ${uid} in there`,
    zh: uid === undefined ? '它的 uid_map 是空的：它在里面谁也不是' : `它在里面的 uid 是 ${uid}`,
  });
}

/** A line of the map is `inside outside count`. */
function uidInside(held: Held): number | undefined {
  const uid = Number(held.status('Uid').split('\t')[1]);
  for (const line of held.read('uid_map').trim().split('\n')) {
    const [first = 0, outside = 0, count = 0] = line.trim().split(/\s+/).map(Number);
    if (uid >= outside && uid < outside + count) return first + uid - outside;
  }
  return undefined;
}

/** The processes that a /proc shows. */
function numbers(proc: string): number[] {
  return readdirSync(proc)
    .map(Number)
    .filter((pid) => pid > 0);
}

/** The namespace of a process, unless that has ended. */
function linkOf(pid: number, kind: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/${kind}`);
  } catch {
    return undefined;
  }
}
