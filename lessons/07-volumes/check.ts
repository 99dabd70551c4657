// A root and a folder of the machine, on which another file system is mounted below, are handed to the learner's program.
// What counts is what the command sees at TARGET, by its inode, and where its writes come to lie.

import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Check, isTrue } from '../../src/learn/goal.ts';
import type { Held } from '../../src/learn/lab/held.ts';
import type { Lab } from '../../src/learn/lab/lab.ts';
import { mount } from '../../src/linux/mount.ts';
import { readMounts } from '../../src/linux/mountinfo.ts';

const TARGET = '/srv/data';

const BIND_HINT = {
  en: 'Step 1 does it with the program mount. The call is mount(source, target, null, MS_BIND | MS_REC): a bind mount has no type. MS_REC takes along what is mounted below.',
  zh: '第 1 步用 mount 程序做过一遍。对应的系统调用是 mount(source, target, null, MS_BIND | MS_REC)：绑定挂载没有文件系统类型。MS_REC 会把下面的挂载一起带上。',
};

const PLACE_HINT = {
  en: 'The child still sees the whole machine when it mounts, so TARGET is a path below ROOTFS: join(rootfs, target). And the mount has to be there before chroot.',
  zh: '挂载的时候子进程看到的还是整台机器，所以 TARGET 是 ROOTFS 下面的路径：join(rootfs, target)。而且要在 chroot 之前挂好。',
};

const READONLY_HINT = {
  en: 'MS_RDONLY beside MS_BIND is ignored: a bind mount takes the flags of its source. A second call is needed, after it. Step 8 shows two of them; which one reaches what is mounted below?',
  zh: 'MS_BIND 和 MS_RDONLY 一起给，后者会被忽略：绑定挂载沿用来源的标志。所以之后还需要第二次调用。第 8 步里有两种做法，哪一种管得到下面的挂载？',
};

const RECURSIVE_HINT = {
  en: 'A remount changes one mount, the topmost. mount_setattr(AT_FDCWD, path, flags, { set }) changes the whole tree at a path when the flags say AT_RECURSIVE; what to set is a MOUNT_ATTR_ word.',
  zh: 'remount 只改最上面那一个挂载。mount_setattr(AT_FDCWD, path, flags, { set }) 的 flags 里带上 AT_RECURSIVE，就会改 path 处的整棵挂载树；要设的是某个 MOUNT_ATTR_ 开头的标志。',
};

export const check: Check = {
  goals: [
    {
      name: 'inode',
      title: {
        en: 'at TARGET the command sees the very inode of SOURCE',
        zh: '命令在 TARGET 处看到的就是 SOURCE 的 inode',
      },
      hints: [BIND_HINT, PLACE_HINT],
      ask: async (lab) => {
        const place = makePlace(lab);
        return seesSource(place, await lab.hold(place.words('rw')));
      },
    },
    {
      name: 'below',
      title: { en: 'what is mounted below SOURCE comes along', zh: 'SOURCE 下面的挂载也一起带过来' },
      hints: [
        {
          en: 'A bind mount alone shows one file system: where another one is mounted below, only its empty mount point. One more flag makes it recursive.',
          zh: '单纯的绑定挂载只带来一个文件系统：下面若还挂着别的，只会看到空的挂载点。再加一个标志，它才是递归的。',
        },
        PLACE_HINT,
      ],
      ask: async (lab) => {
        const place = makePlace(lab);
        const held = await lab.hold(place.words('rw'));
        return isTrue(existsSync(held.inside(join(TARGET, 'disk/plate'))), {
          en: `a file system is mounted on SOURCE/disk, and ${TARGET}/disk does not show it`,
          zh: `SOURCE/disk 上挂着一个文件系统，而 ${TARGET}/disk 里看不到它`,
        });
      },
    },
    {
      name: 'rw',
      title: {
        en: 'with rw, what the command writes at TARGET is in SOURCE',
        zh: 'rw 时，命令在 TARGET 写的内容就在 SOURCE 里',
      },
      hints: [
        {
          en: 'Nothing is copied here: the write goes to SOURCE itself, if TARGET is SOURCE. See the goal about the inode.',
          zh: '这里没有任何复制：只要 TARGET 就是 SOURCE，写入自然落在 SOURCE 里。先看关于 inode 的那个目标。',
        },
        PLACE_HINT,
      ],
      ask: async (lab) => {
        const place = makePlace(lab);
        await lab.hold(place.words('rw'), `echo hello > ${TARGET}/letter`);
        if (contentOf(join(place.source, 'letter')) === 'hello\n') return true;
        return existsSync(join(place.rootfs, TARGET, 'letter'))
          ? { en: 'the file is in ROOTFS', zh: '文件写进了 ROOTFS' }
          : { en: 'the file is not in SOURCE', zh: '文件不在 SOURCE 里' };
      },
    },
    {
      name: 'ro',
      title: { en: 'with ro, nothing can be written at TARGET', zh: 'ro 时，TARGET 处什么也写不进去' },
      hints: [READONLY_HINT, RECURSIVE_HINT],
      ask: async (lab) => {
        const place = makePlace(lab);
        const held = await lab.hold(place.words('ro'), `echo hello > ${TARGET}/letter`);
        const sees = seesSource(place, held);
        if (sees !== true) return sees;
        return isTrue(!existsSync(join(place.source, 'letter')), {
          en: 'a file was written to SOURCE',
          zh: '有文件写进了 SOURCE',
        });
      },
    },
    {
      name: 'ro-below',
      title: { en: 'with ro, nor in what is mounted below SOURCE', zh: 'ro 时，SOURCE 下面的挂载里也写不进去' },
      hints: [READONLY_HINT, RECURSIVE_HINT],
      ask: async (lab) => {
        const place = makePlace(lab);
        const held = await lab.hold(place.words('ro'), `echo scratched > ${TARGET}/disk/plate`);
        if (!existsSync(held.inside(join(TARGET, 'disk/plate'))))
          return {
            en: `${TARGET}/disk does not show what is mounted below SOURCE`,
            zh: `${TARGET}/disk 里看不到 SOURCE 下面的挂载`,
          };
        return isTrue(contentOf(join(place.source, 'disk/plate')) === 'plate\n', {
          en: 'a file in SOURCE/disk was changed',
          zh: 'SOURCE/disk 里的文件被改了',
        });
      },
    },
    {
      name: 'host',
      title: { en: 'outside of the command nobody sees the mount', zh: '命令之外，谁也看不到这个挂载' },
      hints: [
        {
          en: 'Mount in the child, after unshare(CLONE_NEWNS) and makeRootSlave(): then the mount is in a table of its own.',
          zh: '在子进程里、unshare(CLONE_NEWNS) 和 makeRootSlave() 之后再挂载：这个挂载就只在它自己的挂载表里。',
        },
        PLACE_HINT,
      ],
      ask: async (lab) => {
        const place = makePlace(lab);
        const held = await lab.hold(place.words('rw'));
        const sees = seesSource(place, held);
        if (sees !== true) return sees;
        return isTrue(!isMounted(join(place.rootfs, TARGET)), {
          en: 'it is in the mount table of the machine',
          zh: '它出现在整台机器的挂载表里',
        });
      },
    },
    {
      name: 'rootfs',
      title: { en: "ROOTFS's own TARGET stays as it was", zh: 'ROOTFS 自己的 TARGET 保持原样' },
      hints: [
        {
          en: 'A mount covers what is below it and changes none of it. Nothing has to be moved, deleted or copied.',
          zh: '挂载只是盖住下面的内容，并不改动它。不需要移动、删除或复制任何东西。',
        },
        PLACE_HINT,
      ],
      ask: async (lab) => {
        const place = makePlace(lab);
        const held = await lab.hold(place.words('rw'), `rm -f ${TARGET}/own; echo hello > ${TARGET}/letter`);
        const sees = seesSource(place, held);
        if (sees !== true) return sees;
        await held.end();
        const names = readdirSync(join(place.rootfs, TARGET)).join(' ');
        return isTrue(names === 'own', {
          en: `it held the file own, and now holds ${names || 'nothing'}`,
          zh: `它原来有文件 own，现在有：${names || '什么也没有'}`,
        });
      },
    },
  ],
};

interface Place {
  rootfs: string;
  source: string;
  /** What the program wants. */
  words(mode: 'rw' | 'ro'): string[];
}

/** The lab's folders lie in the guard's /tmp, so what is mounted there ends with the guard. */
function makePlace(lab: Lab): Place {
  const [rootfs, source] = [lab.rootfs(), lab.folder('source')];
  mkdirSync(join(rootfs, TARGET), { recursive: true });
  writeFileSync(join(rootfs, TARGET, 'own'), 'of the image\n');
  mkdirSync(join(source, 'disk'));
  mount('tmpfs', join(source, 'disk'), 'tmpfs', 0);
  writeFileSync(join(source, 'disk/plate'), 'plate\n');
  return { rootfs, source, words: (mode) => [rootfs, source, TARGET, mode] };
}

function seesSource({ source }: Place, held: Held) {
  const seen = statSync(held.inside(TARGET), { throwIfNoEntry: false });
  const wanted = statSync(source);
  return isTrue(seen?.ino === wanted.ino && seen.dev === wanted.dev, {
    en: `the command sees another folder at ${TARGET} (inode ${seen?.ino}) than SOURCE (inode ${wanted.ino})`,
    zh: `命令在 ${TARGET} 看到的是另一个目录（inode ${seen?.ino}），不是 SOURCE（inode ${wanted.ino}）`,
  });
}

function contentOf(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

function isMounted(path: string): boolean {
  return readMounts().some((mount) => mount.path === path);
}
