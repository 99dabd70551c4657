// What a container's command sees: its root, with no way out, its processes, its devices.

import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { AT_FDCWD, S_IFBLK } from '../../linux/constants.ts';
import { isErrno } from '../../linux/door.ts';
import { mknodat } from '../../linux/files.ts';
import { chdir, chroot } from '../../linux/mount.ts';
import { askInRoot, askInside } from '../ask-inside.ts';
import { type Answer, isTrue } from '../goal.ts';
import type { Held } from '../lab/held.ts';
import type { Text } from '../text.ts';
import type { ConformGoal } from './goal.ts';
import { NO_MOUNT_NAMESPACE, NO_PID_NAMESPACE } from './isolation.ts';
import { MARK } from './subject.ts';

export const ROOT: readonly ConformGoal[] = [
  {
    name: 'root',
    together: 'look',
    title: {
      en: 'its root is ROOTFS, and nothing else is mounted of the old one',
      zh: '它的根是 ROOTFS，旧的根没有挂在里面任何地方',
    },
    ask: async (subject) => {
      const held = await subject.look();
      const mark = held.inside(MARK);
      if (!existsSync(mark)) return { en: 'its root is not ROOTFS', zh: '它的根不是 ROOTFS' };
      const place = oldRootIn(held);
      return isTrue(place === undefined || !held.hasOwn('mnt'), {
        en: `the old root is mounted on ${place}`,
        zh: `旧的根挂在 ${place}`,
      });
    },
  },
  {
    name: 'escape',
    together: 'look',
    title: {
      en: 'its root is pivoted: the escape from a chroot stays inside',
      zh: '它的根是 pivot 过的：逃出 chroot 的办法走不出去',
    },
    ask: async (subject) => {
      const held = await subject.look();
      if (!held.hasOwn('mnt')) return { leftOut: NO_MOUNT_NAMESPACE };
      const climbed = askInRoot(held.pid, () => climbOut());
      if (climbed !== 'inside') return { en: 'it led to another root', zh: '逃逸之后到了另一个根' };
      const begin = askInside(held.pid, ['mount'], whereWeAre);
      return isTrue(begin === 'inside', {
        en: 'the root of its mount namespace is still the old one',
        zh: '它的 mount namespace 的根还是旧的那个',
      });
    },
  },
  {
    name: 'proc',
    together: 'look',
    title: { en: 'its /proc shows its own processes, and no others', zh: '它的 /proc 里只有它自己的进程' },
    ask: async (subject) => {
      const held = await subject.look();
      if (!held.hasOwn('pid')) return { leftOut: NO_PID_NAMESPACE };
      const listed = numbersIn(held.inside('/proc')).length;
      const own = numbersIn('/proc').filter((pid) => namespaceOf(pid) === held.link('ns/pid')).length;
      if (listed === 0) return { en: 'its /proc is empty', zh: '它的 /proc 是空的' };
      return isTrue(listed === own, {
        en: `its /proc shows ${listed} processes, of which ${own} are its own`,
        zh: `它的 /proc 里有 ${listed} 个进程，其中 ${own} 个是它自己的`,
      });
    },
  },
  {
    name: 'dev',
    together: 'look',
    title: {
      en: 'its /dev has null, zero, full, random, urandom and tty',
      zh: '它的 /dev 里有 null、zero、full、random、urandom、tty',
    },
    ask: async (subject) => {
      const held = await subject.look();
      const wrong = Object.keys(DEVICES).filter((name) => !isDevice(held.inside(`/dev/${name}`), DEVICES[name]));
      return isTrue(wrong.length === 0, {
        en: `missing, another device, or not to be opened: ${wrong.join(', ')}`,
        zh: `缺少、不是这个设备或打不开：${wrong.join('、')}`,
      });
    },
  },
  {
    name: 'disks',
    title: { en: "its /dev is not the machine's: it has no disks", zh: '它的 /dev 不是机器的 /dev：里面没有磁盘' },
    ask: async (subject) => {
      const disk = makeDisk();
      try {
        return noDisksIn((await subject.hold()).inside('/dev'));
      } finally {
        rmSync(disk);
      }
    },
  },
];

function whereWeAre(): 'inside' | 'outside' {
  return existsSync(MARK) ? 'inside' : 'outside';
}

/** The way out of a chroot, as in lesson 02. */
function climbOut(): 'inside' | 'outside' {
  mkdirSync('/escape', { recursive: true });
  chroot('/escape'); // the present folder is above the root now
  for (let step = 0; step < 100; step++) chdir('..');
  chroot('.');
  return whereWeAre();
}

/** Where the root outside is mounted in the container, by its device and its folder on it. */
function oldRootIn(held: Held): string | undefined {
  const lines = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  const outside = lines.findLast((line) => line.split(' ')[4] === '/') ?? '';
  const inside = held.read('mountinfo').split('\n');
  return inside.find((line) => whatOf(line) === whatOf(outside))?.split(' ')[4];
}

/** A line begins with `id parent device folder place`. */
function whatOf(line: string): string {
  return line.split(' ').slice(2, 4).join(' ');
}

function numbersIn(proc: string): number[] {
  return readdirSync(proc)
    .map(Number)
    .filter((pid) => pid > 0);
}

function namespaceOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return undefined; // it has ended
  }
}

/** Major and minor number, as Documentation/admin-guide/devices.txt has them. */
const DEVICES: Record<string, [major: number, minor: number]> = {
  null: [1, 3],
  zero: [1, 5],
  full: [1, 7],
  random: [1, 8],
  urandom: [1, 9],
  tty: [5, 0],
};

function isDevice(path: string, [major, minor] = [0, 0]): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat?.isCharacterDevice() || stat.rdev !== major * 256 + minor) return false;
  return path.endsWith('/tty') || opens(path); // without a terminal tty gives ENXIO
}

function opens(path: string): boolean {
  try {
    closeSync(openSync(path, 'r+'));
    return true;
  } catch {
    return false;
  }
}

const DISK = 'conform-disk';

/** Puts a disk into the /dev outside; where the kernel makes no devices, a file stands for it. @returns its path. */
function makeDisk(): string {
  const path = join('/dev', DISK);
  try {
    mknodat(AT_FDCWD, path, S_IFBLK | 0o600, 7, 250);
  } catch (error) {
    if (!isErrno(error, 'EPERM')) throw error;
    writeFileSync(path, '');
  }
  return path;
}

function noDisksIn(dev: string): Answer {
  const names = readdirSync(dev, { recursive: true, encoding: 'utf8' });
  const disk = names.find((name) => name === DISK || isDisk(join(dev, name)));
  return isTrue(disk === undefined, found(disk ?? ''));
}

function isDisk(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isBlockDevice() ?? false;
}

function found(name: string): Text {
  return { en: `it has /dev/${name}`, zh: `里面有 /dev/${name}` };
}
