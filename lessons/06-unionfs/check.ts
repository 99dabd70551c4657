// A root with a small building site in it is handed to the learner's program. What its command does there has to be found
// in UPPER, spelled as overlay spells it, and nowhere else.

import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Check, isTrue } from '../../src/learn/goal.ts';
import type { Held } from '../../src/learn/lab/held.ts';
import type { Lab } from '../../src/learn/lab/lab.ts';
import { ProgramFailed } from '../../src/learn/lab/program-failed.ts';
import { O_CLOEXEC, O_DIRECTORY } from '../../src/linux/constants.ts';
import { close, open } from '../../src/linux/files.ts';
import { readMounts } from '../../src/linux/mountinfo.ts';
import { tryStat } from '../../src/unionfs/merged.ts';
import { isWhiteoutDevice } from '../../src/unionfs/whiteouts.ts';

/** Large enough that a copy of a part of it would show. */
const REBAR = 'rebar\n'.repeat(20_000);

const MOUNT_HINT = {
  en: 'Step 3 does it with the program mount. The call is mount(source, target, type, flags, data): for an overlay the source is any word, the flags are 0, and the folders stand in data.',
  zh: '第 3 步用 mount 程序做过一遍。对应的系统调用是 mount(source, target, type, flags, data)：挂载 overlay 时 source 随便写，flags 为 0，各个目录都写在 data 里。',
};

const DATA_HINT = {
  en: 'data is one string with commas: lowerdir=…,upperdir=…,workdir=… and, where isInUserNamespace() is true, userxattr. Spaces would be a part of a path.',
  zh: 'data 是一个用逗号分隔的字符串：lowerdir=…,upperdir=…,workdir=…；isInUserNamespace() 为真时再加上 userxattr。逗号后面不要加空格，否则空格会算进路径里。',
};

export const check: Check = {
  goals: [
    {
      name: 'merged',
      title: {
        en: 'the command sees ROOTFS and UPPER as one tree, UPPER on top',
        zh: '命令看到的是 ROOTFS 与 UPPER 合成的一棵树，UPPER 在上',
      },
      hints: [MOUNT_HINT, DATA_HINT],
      ask: async (lab) => {
        const site = makeSite(lab);
        writeFileSync(join(site.upper, 'gate'), 'left here by an earlier run\n');
        mkdirSync(join(site.upper, 'site'));
        writeFileSync(join(site.upper, 'site/concrete'), 'good concrete\n');
        const held = await hold(lab, site);
        const [gate, concrete] = ['/gate', '/site/concrete'].map((path) => readInside(held, path));
        const rebar = readInside(held, '/site/rebar');
        if (rebar !== REBAR) return { en: 'it does not see what is in ROOTFS', zh: '它看不到 ROOTFS 里的内容' };
        if (gate === undefined) return { en: 'it does not see what is in UPPER', zh: '它看不到 UPPER 里的内容' };
        return isTrue(concrete === 'good concrete\n', {
          en: 'of a file that both have, it sees the one of ROOTFS',
          zh: '两边都有的文件，它看到的是 ROOTFS 的那一份',
        });
      },
    },
    {
      name: 'added',
      title: {
        en: 'what the command writes is in UPPER, not in ROOTFS',
        zh: '命令写的文件在 UPPER 里，不在 ROOTFS 里',
      },
      hints: [
        {
          en: 'Only the upperdir of an overlay is ever written to. Which of the four folders is it?',
          zh: 'overlay 只会往 upperdir 里写。四个目录里哪个才是它？',
        },
        DATA_HINT,
      ],
      ask: async (lab) => {
        const site = makeSite(lab);
        await hold(lab, site, 'echo "main structure" > /site/frame');
        if (existsSync(join(site.rootfs, 'site/frame')))
          return { en: 'the new file is in ROOTFS', zh: '新文件写进了 ROOTFS' };
        return isTrue(contentOf(join(site.upper, 'site/frame')) === 'main structure\n', {
          en: 'the new file is not in UPPER',
          zh: '新文件不在 UPPER 里',
        });
      },
    },
    {
      name: 'deleted',
      title: {
        en: 'a file that the command deletes is a character device 0:0 in UPPER',
        zh: '命令删除的文件在 UPPER 里是一个 0:0 字符设备',
      },
      hints: [
        {
          en: 'You need not make the device: the overlay does, as soon as there is one. Did the command delete the file through MERGED?',
          zh: '这个设备不用你来创建：只要挂上了 overlay，它会自己创建。命令是通过 MERGED 删除那个文件的吗？',
        },
        DATA_HINT,
      ],
      ask: async (lab) => {
        const site = makeSite(lab);
        await hold(lab, site, 'rm /site/marble');
        if (!existsSync(join(site.rootfs, 'site/marble')))
          return { en: 'the file is gone from ROOTFS', zh: '文件从 ROOTFS 里消失了' };
        return whiteoutAt(join(site.upper, 'site'), 'marble');
      },
    },
    {
      name: 'changed',
      title: { en: 'a file that the command changes is whole in UPPER', zh: '命令改过的文件完整地出现在 UPPER 里' },
      hints: [
        {
          en: 'This is copy-up, and the kernel does it. If the file in ROOTFS has changed, the command does not work in MERGED.',
          zh: '这就是 copy-up，由内核完成。如果 ROOTFS 里的文件变了，说明命令不是在 MERGED 里运行的。',
        },
        DATA_HINT,
      ],
      ask: async (lab) => {
        const site = makeSite(lab);
        await hold(lab, site, 'echo bent >> /site/rebar');
        if (contentOf(join(site.rootfs, 'site/rebar')) !== REBAR)
          return { en: 'the file has changed in ROOTFS', zh: 'ROOTFS 里的文件被改了' };
        const copy = contentOf(join(site.upper, 'site/rebar'));
        if (copy === undefined) return { en: 'the file is not in UPPER', zh: '文件不在 UPPER 里' };
        return isTrue(copy === `${REBAR}bent\n`, {
          en: `in UPPER it has ${copy.length} bytes, not ${REBAR.length + 5}`,
          zh: `UPPER 里的文件有 ${copy.length} 字节，不是 ${REBAR.length + 5} 字节`,
        });
      },
    },
    {
      name: 'rootfs',
      title: { en: 'ROOTFS stays as it was, whatever the command does', zh: '无论命令做什么，ROOTFS 都保持原样' },
      hints: [
        {
          en: 'Name ROOTFS as lowerdir alone. A folder that is upperdir or the place of the mount may change.',
          zh: 'ROOTFS 只能用作 lowerdir。用作 upperdir 或挂载点的目录就可能被改动。',
        },
        DATA_HINT,
      ],
      ask: async (lab) => {
        const site = makeSite(lab);
        const before = fingerprint(site.rootfs);
        const all =
          'echo new > /site/frame; echo bent >> /site/rebar; rm /site/marble; chmod 700 /site; rm -r /home; mkdir /new';
        const held = await hold(lab, site, all);
        await held.end();
        if (!existsSync(join(site.upper, 'new')))
          return { en: 'the command did not work in MERGED', zh: '命令不是在 MERGED 里运行的' };
        const changed = difference(before, fingerprint(site.rootfs));
        return isTrue(changed === undefined, {
          en: `${changed} is not as it was`,
          zh: `${changed} 和原来不一样了`,
        });
      },
    },
    {
      name: 'gone',
      title: { en: 'nobody else sees the mount, and afterwards it is gone', zh: '别人看不到这个挂载，结束后它就消失' },
      hints: [
        {
          en: 'Mount in the child, after unshare(CLONE_NEWNS). A mount of that namespace ends with the last process in it.',
          zh: '在子进程里、unshare(CLONE_NEWNS) 之后再挂载。属于那个 namespace 的挂载会随其中最后一个进程一起结束。',
        },
        {
          en: 'Without makeRootSlave() the mount would spread to the machine: see lesson 04.',
          zh: '少了 makeRootSlave()，挂载会传播到整台机器上：见第 04 课。',
        },
      ],
      ask: async (lab) => {
        const site = makeSite(lab);
        const held = await hold(lab, site);
        if (readInside(held, '/site/rebar') === undefined)
          return { en: 'the command has no merged root', zh: '命令的根不是合并后的目录' };
        if (isMounted(site.merged)) return { en: 'the machine sees the mount too', zh: '整台机器都看到了这个挂载' };
        await held.end();
        return isTrue(!isMounted(site.merged) && readdirSync(site.merged).length === 0, {
          en: 'MERGED is not empty afterwards',
          zh: '结束后 MERGED 不是空的',
        });
      },
    },
  ],
};

interface Site {
  rootfs: string;
  upper: string;
  merged: string;
  /** The four folders as the program wants them. */
  words: string[];
}

function makeSite(lab: Lab): Site {
  const rootfs = lab.rootfs();
  mkdirSync(join(rootfs, 'site'));
  writeFileSync(join(rootfs, 'site/concrete'), 'bad concrete\n');
  writeFileSync(join(rootfs, 'site/marble'), 'marble\n');
  writeFileSync(join(rootfs, 'site/rebar'), REBAR);
  const [upper, work, merged] = [lab.folder('upper'), lab.folder('work'), lab.folder('merged')];
  return { rootfs, upper, merged, words: [rootfs, upper, work, merged] };
}

/** Where nothing was mounted there is no `sh` either, and the program fails in a place that has nothing to do with it. */
async function hold(lab: Lab, { words }: Site, first?: string): Promise<Held> {
  try {
    return await lab.hold(words, first);
  } catch (error) {
    if (error instanceof ProgramFailed && error.message.includes('executable file not found'))
      throw new ProgramFailed(NO_SHELL, undefined);
    throw error;
  }
}

const NO_SHELL = {
  en: 'there is no sh where the command should run: MERGED is empty, or ROOTFS is not in it',
  zh: '命令要运行的地方没有 sh：MERGED 是空的，或者里面没有 ROOTFS 的内容',
};

function contentOf(path: string): string | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() ? readFileSync(path, 'utf8') : undefined;
}

function readInside(held: Held, path: string): string | undefined {
  return contentOf(held.inside(path));
}

function whiteoutAt(folder: string, name: string) {
  if (!existsSync(folder)) return { en: 'UPPER has nothing of it', zh: 'UPPER 里没有它的任何痕迹' };
  const fd = open(folder, O_DIRECTORY | O_CLOEXEC);
  const stat = tryStat(fd, name);
  close(fd);
  if (stat === undefined) return { en: 'there is nothing of that name in UPPER', zh: 'UPPER 里没有这个名字' };
  return isTrue(isWhiteoutDevice(stat), {
    en: 'what has that name in UPPER is no device 0:0',
    zh: 'UPPER 里叫这个名字的不是 0:0 设备',
  });
}

function isMounted(path: string): boolean {
  return readMounts().some((mount) => mount.path === path);
}

/** What each file of a tree is: its kind, mode, size, time and content. */
function fingerprint(root: string): Map<string, string> {
  const paths = ['', ...(readdirSync(root, { recursive: true }) as string[])];
  return new Map(paths.map((path) => [`/${path}`, describe(join(root, path))]));
}

function describe(path: string): string {
  const stat = lstatSync(path);
  const content = stat.isFile() ? hash(path) : stat.isSymbolicLink() ? readlinkSync(path) : '';
  return [stat.mode, stat.uid, stat.gid, stat.mtimeMs, content].join(' ');
}

function hash(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

function difference(before: Map<string, string>, after: Map<string, string>): string | undefined {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].find((path) => before.get(path) !== after.get(path));
}
