import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { askInRoot, askInside } from '../../src/learn/ask-inside.ts';
import { type Answer, type Check, isTrue } from '../../src/learn/goal.ts';
import { WHERE_MOUNTS_ARE_SHARED } from '../../src/learn/lab/around.ts';
import type { Held } from '../../src/learn/lab/held.ts';
import { chdir, chroot } from '../../src/linux/mount.ts';
import { readMounts } from '../../src/linux/mountinfo.ts';

export const check: Check = {
  goals: [
    {
      name: 'root',
      title: { en: 'the root of the command is ROOTFS, and a mount', zh: '命令的根是 ROOTFS，而且是一个挂载点' },
      hints: [
        {
          en: 'pivot_root takes a mount, not any folder: EINVAL often means that. How does a folder become a mount?',
          zh: 'pivot_root 要的是挂载点，普通目录不行：出现 EINVAL 往往就是因为这个。怎样让一个目录变成挂载点？',
        },
        {
          en: 'Bind it on itself: mount(rootfs, rootfs, null, MS_BIND | MS_REC). Then step into it with chdir, by its path, so that you stand on the new mount and not below it.',
          zh: '把它绑定挂载到自己身上：mount(rootfs, rootfs, null, MS_BIND | MS_REC)。然后用路径 chdir 进去，这样才站在新的挂载上，而不是被它盖住的那一层。',
        },
      ],
      ask: async (lab) => {
        const rootfs = lab.rootfs();
        const held = await lab.hold([rootfs]);
        return isRootOf(held, rootfs);
      },
    },
    {
      name: 'old-root',
      title: { en: 'the old root is gone from its mounts', zh: '它的挂载里已经没有旧的根' },
      hints: [
        {
          en: "After pivot_root('.', '.') both roots are mounted on /, the old one on top. What takes a mount away?",
          zh: "pivot_root('.', '.') 之后，两个根都挂在 / 上，旧的在上面。用什么可以拿走一个挂载？",
        },
        {
          en: "umount2('.', MNT_DETACH). The old root is in use, by your own process too, so without MNT_DETACH it is EBUSY.",
          zh: "umount2('.', MNT_DETACH)。旧的根还有人在用，你的进程自己就在用，所以不带 MNT_DETACH 会得到 EBUSY。",
        },
      ],
      ask: async (lab) => oldRootIsGone(await lab.hold([lab.rootfs()])),
    },
    {
      name: 'proc',
      title: { en: 'it has a /proc of its own', zh: '它有自己的 /proc' },
      hints: [
        {
          en: 'The call is the one of lesson 03. Where does the folder lie before the pivot?',
          zh: '用的调用和第 03 课一样。pivot 之前，这个目录在哪里？',
        },
        {
          en: "mount('proc', rootfs + '/proc', 'proc', 0), before the pivot. Afterwards it is EPERM in a user namespace: the kernel gives a /proc only to who can see a whole one already, and then the old one is gone.",
          zh: "在 pivot 之前 mount('proc', rootfs + '/proc', 'proc', 0)。放到之后，在 user namespace 里会得到 EPERM：内核只把 /proc 给已经看得到完整 /proc 的人，而那时旧的已经没有了。",
        },
      ],
      ask: async (lab) => {
        const held = await lab.hold([lab.rootfs()]);
        const isOwn = identity(held.inside('/proc')) !== identity('/proc');
        const type = mountsOf(held).find(({ path }) => path === '/proc')?.type;
        return isTrue(isOwn && type === 'proc', {
          en: type === 'proc' ? 'its /proc is the one outside' : 'nothing is mounted on its /proc',
          zh: type === 'proc' ? '它的 /proc 就是外面的那个' : '它的 /proc 上什么也没挂',
        });
      },
    },
    {
      name: 'outside',
      title: { en: 'no mount of it is seen outside', zh: '它的挂载外面一个也看不到' },
      hints: [
        {
          en: 'A new mount namespace is a copy, and the copies of a shared mount still tell each other of what is mounted below them. Step 3 showed it.',
          zh: '新的 mount namespace 只是一份拷贝，而 shared 挂载的各份拷贝，仍会互相通报下面挂了什么。第 3 步演示过。',
        },
        {
          en: "Before any other mount: mount(null, '/', null, MS_PRIVATE | MS_REC). MS_SLAVE will do too.",
          zh: "在做任何其他挂载之前：mount(null, '/', null, MS_PRIVATE | MS_REC)。换成 MS_SLAVE 也可以。",
        },
      ],
      ask: async (lab) => {
        const rootfs = lab.rootfs();
        lab.around = WHERE_MOUNTS_ARE_SHARED;
        const held = await lab.hold([rootfs]);
        const before = new Set(readMounts().map(({ path }) => path));
        const after = readMounts(`/proc/${held.programPid}/mountinfo`).map(({ path }) => path);
        const leaked = after.filter((path) => !before.has(path));
        if (leaked.length === 0) return isRootOf(held, rootfs);
        return { en: `outside there is a new mount on ${leaked[0]}`, zh: `外面多出了一个挂载：${leaked[0]}` };
      },
    },
    {
      name: 'escape',
      title: { en: 'the escape of lesson 02 ends in ROOTFS', zh: '第 02 课的逃逸走不出 ROOTFS' },
      hints: [
        {
          en: 'chroot moves only the place where the paths of one process begin. The root of the mount namespace is what has to be exchanged.',
          zh: 'chroot 只改变一个进程的路径从哪里开始。真正要换掉的，是整个 mount namespace 的根。',
        },
        {
          en: 'With pivot_root there is nothing above the new root to climb to. No chroot is needed.',
          zh: '有了 pivot_root，新的根上面就没有东西可爬了，也用不着 chroot。',
        },
      ],
      ask: async (lab) => {
        const rootfs = lab.rootfs();
        const held = await lab.hold([rootfs]);
        const reached = askInRoot(held.pid, climbOut);
        return isTrue(reached === identity(rootfs), {
          en: `after the escape its / is no longer ROOTFS, but ${reached === identity('/') ? 'the root outside' : 'a folder above it'}`,
          zh: `逃逸之后，它的 / 不再是 ROOTFS，而是${reached === identity('/') ? '外面的根' : '上面的某个目录'}`,
        });
      },
    },
  ],
};

/** By device and inode: whatever the path by which it is reached. */
function identity(path: string): string {
  const { dev, ino } = statSync(path);
  return `${dev}:${ino}`;
}

function mountsOf(held: Held) {
  return readMounts(`/proc/${held.pid}/mountinfo`);
}

function isRootOf(held: Held, rootfs: string): Answer {
  if (identity(held.inside('/')) !== identity(rootfs)) {
    return { en: 'its root is another folder', zh: '它的根是别的目录' };
  }
  return isTrue(
    mountsOf(held).some(({ path }) => path === '/'),
    { en: 'its root is ROOTFS, but a folder somewhere in a mount', zh: '它的根是 ROOTFS，但只是某个挂载里的一个目录' },
  );
}

function oldRootIsGone(held: Held): Answer {
  const left = placeOf(rootOf(readFileSync('/proc/self/mountinfo', 'utf8')), held.read('mountinfo'));
  if (left !== undefined) return { en: `the old root is still mounted on ${left}`, zh: `旧的根还挂在 ${left} 上` };
  const begin = askInside(held.pid, ['mount'], () => identity('/'));
  return isTrue(begin === identity(held.inside('/')), {
    en: 'the old root is hidden, not gone: it is still the root of the mount namespace',
    zh: '旧的根只是看不见，并没有走：它仍是这个 mount namespace 的根',
  });
}

/** What is mounted on /: its device, and which folder of it. */
function rootOf(mountinfo: string): string {
  const root = mountinfo.split('\n').findLast((line) => line.split(' ')[4] === '/');
  return whatOf(root ?? '');
}

/** Where this is mounted. */
function placeOf(what: string, mountinfo: string): string | undefined {
  return mountinfo
    .split('\n')
    .find((line) => whatOf(line) === what)
    ?.split(' ')[4];
}

/** The line begins with `id parent device folder place`. */
function whatOf(line: string): string {
  return line.split(' ').slice(2, 4).join(' ');
}

/** The way out of a chroot. @returns which folder it has reached. */
function climbOut(): string {
  mkdirSync('/escape', { recursive: true });
  chroot('/escape'); // the present folder is above the root now
  for (let step = 0; step < 100; step++) chdir('..');
  chroot('.');
  return identity('/');
}
