// Lesson 02's goals: the command, and nobody else, has ROOTFS as its root, stands in it, and holds nothing from outside.

import { chmodSync, existsSync, readdirSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Answer, type Check, isTrue } from '../../src/learn/goal.ts';
import type { Held } from '../../src/learn/lab/held.ts';
import type { Lab } from '../../src/learn/lab/lab.ts';
import { ProgramFailed } from '../../src/learn/lab/program-failed.ts';

export const check: Check = {
  goals: [
    {
      name: 'root',
      title: { en: 'the command has ROOTFS as its root', zh: '命令以 ROOTFS 为根目录' },
      hints: [
        {
          en: 'One system call gives a process another root: man 2 chroot. Which of the two processes has to make it?',
          zh: '有一个系统调用可以换掉进程的根目录：参见 man 2 chroot。两个进程里，应当由哪一个来调用？',
        },
        {
          en: 'The child, before it looks for the command: chroot(rootfs).',
          zh: '由子进程调用，而且要在查找命令之前：chroot(rootfs)。',
        },
      ],
      ask: async (lab) => {
        const rootfs = lab.rootfs();
        const held = await lab.hold([rootfs]);
        return isTrue(isSame(held.inside('/'), rootfs), {
          en: `/proc/${held.pid}/root is ${held.link('root')}, not ${rootfs}`,
          zh: `/proc/${held.pid}/root 是 ${held.link('root')}，不是 ${rootfs}`,
        });
      },
    },
    {
      name: 'cwd',
      title: { en: 'it stands inside ROOTFS', zh: '它的当前目录在 ROOTFS 之内' },
      hints: [
        {
          en: 'chroot changes where “/” is, not where the process stands. Look at /proc/PID/cwd.',
          zh: 'chroot 改变的是“/”在哪里，不是进程站在哪里。看看 /proc/PID/cwd。',
        },
        { en: 'Step in: chdir("/"), after the chroot.', zh: '走进去：在 chroot 之后调用 chdir("/")。' },
      ],
      ask: async (lab) => {
        const rootfs = lab.rootfs();
        const held = await lab.hold([rootfs]);
        const cwd = held.link('cwd');
        return isTrue(isSame(`/proc/${held.pid}/cwd`, rootfs) || cwd.startsWith(`${rootfs}/`), {
          en: `/proc/${held.pid}/cwd is ${cwd}, which is not in ${rootfs}`,
          zh: `/proc/${held.pid}/cwd 是 ${cwd}，不在 ${rootfs} 里面`,
        });
      },
    },
    {
      name: 'hidden',
      title: { en: 'a path of the host leads nowhere', zh: '宿主机上的路径在里面不存在' },
      hints: [
        {
          en: 'A path that begins with / is followed from the root of the process that uses it.',
          zh: '以 / 开头的路径，是从使用它的那个进程的根目录开始查找的。',
        },
        {
          en: 'If the command still sees the host’s files, the process that became the command never changed its root.',
          zh: '命令还能看见宿主机的文件，说明变成命令的那个进程没有换过根目录。',
        },
      ],
      ask: async (lab) => {
        const outside = join(lab.folder(), 'outside');
        writeFileSync(outside, 'of the host');
        const held = await lab.hold([lab.rootfs()]);
        return isTrue(statSync(held.inside(outside), { throwIfNoEntry: false }) === undefined, {
          en: `the command can open ${outside}, a file of the host`,
          zh: `命令打得开 ${outside}，这是宿主机的文件`,
        });
      },
    },
    {
      name: 'descriptors',
      title: { en: 'no descriptor of a folder outside is left open', zh: '没有留下指向外面目录的描述符' },
      hints: [
        {
          en: 'An open folder stays open through chroot, and fchdir leads to it whatever the root is. Look at /proc/PID/fd.',
          zh: '打开的目录在 chroot 之后仍然打开着，不管根在哪里，fchdir 都能走回去。看看 /proc/PID/fd。',
        },
        {
          en: 'Open folders with O_CLOEXEC, so that execve closes them, or do not open them at all.',
          zh: '打开目录时带上 O_CLOEXEC，execve 会把它关掉；或者根本不要打开。',
        },
      ],
      ask: async (lab) => {
        const rootfs = lab.rootfs();
        const held = await lab.hold([rootfs]);
        const open = openFolders(held).find((path) => !`${path}/`.startsWith(`${rootfs}/`));
        if (open !== undefined) return leadsOut(open);
        return isTrue(isSame(held.inside('/'), rootfs), {
          en: `none is, but the command has the whole host for its root: ${held.link('root')}`,
          zh: `描述符倒是没有，但命令的根目录就是整个宿主机：${held.link('root')}`,
        });
      },
    },
    {
      name: 'missing',
      title: {
        en: 'a command that only the host has is not found, which gives 127',
        zh: '只有宿主机上才有的命令找不到，退出码为 127',
      },
      hints: [
        {
          en: 'The command has to be looked for in ROOTFS, not on the host: what comes first, pathOf or chroot?',
          zh: '命令要在 ROOTFS 里找，而不是在宿主机上找：pathOf 和 chroot，哪个在前？',
        },
        {
          en: 'pathOf ends the child with 127 by itself, when it is called in the new root.',
          zh: '在新的根目录里调用 pathOf，找不到时它自己会让子进程以 127 结束。',
        },
      ],
      ask: async (lab) => {
        const command = hostsProgram(lab);
        const { code, report } = await lab.run([lab.rootfs(), command]);
        if (report) throw new ProgramFailed({ en: report.message, zh: report.message }, report);
        return isTrue(code === 127, {
          en: `${command} is a program of the host and not in ROOTFS: the program ended with ${code}`,
          zh: `${command} 是宿主机的程序，ROOTFS 里没有：程序却以 ${code} 结束`,
        });
      },
    },
    {
      name: 'host',
      title: { en: 'everybody else keeps the root of the host', zh: '其他进程的根目录不变' },
      hints: [
        {
          en: 'The root belongs to a process, and its later children have it too. Who called chroot: the child, or the parent before the fork?',
          zh: '根目录属于进程，之后创建的子进程会继承。是谁调用了 chroot：子进程，还是 fork 之前的父进程？',
        },
        { en: 'Call chroot behind “if (pid === 0)”.', zh: '在“if (pid === 0)”之后调用 chroot。' },
      ],
      ask: async (lab) => {
        const rootfs = lab.rootfs();
        const held = await lab.hold([rootfs]);
        const root = rootOf(held.programPid);
        if (root !== undefined && root !== '/') return changedItself(held.programPid, root);
        return isTrue(isSame(held.inside('/'), rootfs), {
          en: `so does the command, process ${held.pid}: nobody has another root`,
          zh: `命令（进程 ${held.pid}）的根目录也没有变：谁都没有换根`,
        });
      },
    },
  ],
};

/** The same folder, by whatever path, or through whatever mount. */
function isSame(path: string, other: string): boolean {
  const [one, two] = [statSync(path), statSync(other)];
  return one.ino === two.ino && one.dev === two.dev;
}

/** Undefined for a process that is gone. */
function rootOf(pid: number): string | undefined {
  return existsSync(`/proc/${pid}/exe`) ? readlinkSync(`/proc/${pid}/root`) : undefined;
}

/** The folders that the command has open. */
function openFolders(held: Held): string[] {
  const fds = readdirSync(`/proc/${held.pid}/fd`).map((fd) => `fd/${fd}`);
  return fds.filter((fd) => statSync(`/proc/${held.pid}/${fd}`).isDirectory()).map((fd) => held.link(fd));
}

function leadsOut(path: string): Answer {
  return {
    en: `the command has ${path} open: fchdir leads there, whatever its root is`,
    zh: `命令打开着 ${path}：不管根目录在哪里，fchdir 都能走到那里`,
  };
}

function changedItself(pid: number, root: string): Answer {
  return {
    en: `the program itself, process ${pid}, has another root now: ${root}`,
    zh: `程序自己（进程 ${pid}）的根目录也变了：${root}`,
  };
}

/** A program that is nowhere but here. */
function hostsProgram(lab: Lab): string {
  const path = join(lab.folder(), 'hosts-own');
  writeFileSync(path, '#!/bin/sh\necho I am a program of the host\n');
  chmodSync(path, 0o755);
  return path;
}
