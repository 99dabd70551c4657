// A container of Slipway's is started, and the learner's program is to run a command in it. What counts is where the kernel
// says that the command is.

import { statSync } from 'node:fs';
import { type Answer, type Check, isTrue } from '../../src/learn/goal.ts';
import { AS_AN_ORDINARY_USER } from '../../src/learn/lab/around.ts';
import type { Held } from '../../src/learn/lab/held.ts';
import type { Lab } from '../../src/learn/lab/lab.ts';
import { ProgramFailed } from '../../src/learn/lab/program-failed.ts';
import { both } from '../../src/learn/text.ts';

/** All but pid, which takes one step more. */
const KINDS = ['cgroup', 'ipc', 'uts', 'net', 'mnt'];

const JOIN_HINT = {
  en: 'Each line of `ls -l /proc/PID/ns` is a file that can be opened. What you have open, setns(file, 0) joins. Step 2 has a program that does it with one file.',
  zh: '`ls -l /proc/PID/ns` 的每一行都是可以打开的文件。打开之后，setns(file, 0) 就加入它。第 2 步的程序对一个文件做了这件事。',
};

const FIRST_HINT = {
  en: 'Open all before you join any: as soon as you are in the mount namespace, /proc is another one, or none at all.',
  zh: '先全部打开，再逐个加入：一旦进了 mount namespace，/proc 就换了一个，甚至没有了。',
};

const JOIN_CALL = both(
  "const files = KINDS.filter(differs).map((kind) => open('/proc/' + target + '/ns/' + kind, O_CLOEXEC)); for (const file of files) setns(file, 0);",
);

export const check: Check = {
  goals: [
    {
      name: 'namespaces',
      title: {
        en: 'the command is in the cgroup, ipc, uts, net and mnt namespace of PID',
        zh: '命令在 PID 的 cgroup、ipc、uts、net、mnt namespace 里',
      },
      hints: [JOIN_HINT, FIRST_HINT, JOIN_CALL],
      ask: async (lab) => {
        const [container, held] = await joined(lab);
        return sharesAll(container, held, KINDS);
      },
    },
    {
      name: 'pid',
      title: { en: 'the command is in the PID namespace of PID', zh: '命令在 PID 的 PID namespace 里' },
      hints: [
        {
          en: 'Step 5: after setns the process has the same number as before. Somebody else is in the namespace. Who?',
          zh: '第 5 步：setns 之后，进程的编号没有变。进了那个 namespace 的是别人。是谁？',
        },
        {
          en: 'Fork once more, after setns. The child becomes the command, and the process in the middle waits for it and passes its exit code on.',
          zh: 'setns 之后再 fork 一次。子进程变成命令，中间的进程等它结束，再把退出码传出去。',
        },
        both('const child = fork(); if (child === 0) becomeCommand(); _exit(exitCode(waitpid(child).status));'),
      ],
      ask: async (lab) => {
        const [container, held] = await joined(lab);
        if (held.link('ns/pid_for_children') === container.link('ns/pid') && !shares(container, held, 'pid')) {
          return {
            en: 'only its children would be: it is still outside itself',
            zh: '只有它的子进程会在里面，它自己还在外面',
          };
        }
        return sharesAll(container, held, ['pid']);
      },
    },
    {
      name: 'root',
      title: { en: "the command's root is that of PID", zh: '命令的根就是 PID 的根' },
      hints: [
        {
          en: 'Joining a mount namespace puts you at its root, but that need not be the root of PID, which may have called chroot. /proc/PID/root leads there.',
          zh: '加入 mount namespace 之后，你在它的根上；但 PID 可能做过 chroot，它的根不一定是那里。/proc/PID/root 指向的才是。',
        },
        {
          en: 'It is open already, as `root`, since its path means nothing inside. fchdir(root) steps into it, and then "." is a path that you can give to chroot.',
          zh: '它已经打开了，就是 `root`，因为到了里面路径就不通了。fchdir(root) 走进去，然后就可以把“.”交给 chroot。',
        },
        both("fchdir(root); chroot('.');"),
      ],
      ask: async (lab) => {
        const rootfs = lab.rootfs();
        const jailed = await lab.beside(['unshare', '--mount', 'chroot', rootfs]);
        const held = await lab.hold([String(jailed.pid)]);
        return isTrue(identity(held.inside('/')) === identity(rootfs), {
          en: 'PID has another root than its mount namespace, and the command has not that one',
          zh: 'PID 的根不是它的 mount namespace 的根，而命令的根也不是 PID 的那个',
        });
      },
    },
    {
      name: 'user',
      title: {
        en: 'a container of an ordinary user is joined too, with its user namespace',
        zh: '普通用户的容器也能进，连同它的 user namespace',
      },
      hints: [
        {
          en: 'The order of KINDS matters. Does your program keep it, and is it the forked process that joins?',
          zh: 'KINDS 的顺序有讲究。你的程序照这个顺序做了吗？加入的是 fork 出来的进程吗？',
        },
        {
          en: 'EINVAL from setns: the namespace is the one you are in (use differs), or your process has more than one thread.',
          zh: 'setns 返回 EINVAL：要么就是你已经在的那个 namespace（用 differs 排除），要么你的进程不止一个线程。',
        },
        JOIN_CALL,
      ],
      ask: async (lab) => {
        const container = await lab.container(AS_AN_ORDINARY_USER);
        const held = await lab.hold([String(container.pid)]);
        return sharesAll(container, held, ['user', ...KINDS, 'pid']);
      },
    },
    {
      name: 'exit-code',
      title: { en: 'the exit code of the command comes out', zh: '命令的退出码传得出来' },
      hints: [
        {
          en: 'Each process in between has to pass it on: waitpid() gives a status, exitCode() makes a number of it.',
          zh: '中间的每个进程都要把它传下去：waitpid() 给出 status，exitCode() 把它变成数字。',
        },
        both('_exit(exitCode(waitpid(child).status));'),
      ],
      ask: async (lab) => {
        const container = await lab.container();
        const { code, report } = await lab.run([String(container.pid), 'sh', '-c', 'exit 42']);
        if (report) throw new ProgramFailed({ en: report.message, zh: report.message }, report);
        return isTrue(code === 42, {
          en: `after exit 42 it ended with ${code}`,
          zh: `exit 42 之后，它以 ${code} 结束`,
        });
      },
    },
  ],
};

/** A container, and a command that the learner's program runs in it. */
async function joined(lab: Lab): Promise<[container: Held, held: Held]> {
  const container = await lab.container();
  return [container, await lab.hold([String(container.pid)])];
}

/** By device and inode: whatever the path by which it is reached. */
function identity(path: string): string {
  const { dev, ino } = statSync(path);
  return `${dev}:${ino}`;
}

function shares(container: Held, held: Held, kind: string): boolean {
  return held.link(`ns/${kind}`) === container.link(`ns/${kind}`);
}

function sharesAll(container: Held, held: Held, kinds: readonly string[]): Answer {
  const others = kinds.filter((kind) => !shares(container, held, kind)).join(', ');
  return isTrue(others === '', {
    en: `in other namespaces than PID: ${others}`,
    zh: `和 PID 不在同一个 namespace：${others}`,
  });
}
