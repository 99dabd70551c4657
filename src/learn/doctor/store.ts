// Can containers be kept below SLIPWAY_ROOT? Their root is an overlay whose upper folder lies there, and not every file
// system can hold one: another overlay cannot, nor can NFS, FAT, or a folder shared with the host of a virtual machine.

import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { MNT_DETACH } from '../../linux/constants.ts';
import { umount2 } from '../../linux/mount.ts';
import { readMounts } from '../../linux/mountinfo.ts';
import { isRoot, rootFolder } from '../../runtime/places.ts';
import { mountOverlay } from '../../unionfs/overlay.ts';
import type { Text } from '../text.ts';
import { attempt, type Refusal, takeMounts } from './attempt.ts';
import { type Finding, good, type Question } from './question.ts';
import { asRoot } from './settings.ts';
import { inTrialFolder, nearestFolder } from './trial-folder.ts';
import { refusalOfUserNamespaces } from './user-namespaces.ts';

/** What is done outside of the guard, with containers that are kept. */
export const OUTSIDE = 'slipway run';

export const store: Question = {
  name: 'store',
  title: { en: 'place for containers', zh: '存放容器的地方' },
  ask() {
    if (!isRoot && refusalOfUserNamespaces()) return undefined;
    const folder = rootFolder();
    const type = typeOf(nearestFolder(folder));
    const refusal = tryOverlay(folder);
    if (!refusal)
      return good({ en: `${folder}: ${type} can hold an overlay`, zh: `${folder}：${type} 可以承载 overlay` });
    return { ...explain(folder, type, refusal), lessons: [OUTSIDE] };
  },
};

/** Mounts an overlay there, and deletes a file in it. */
function tryOverlay(folder: string): Refusal | undefined {
  try {
    return inTrialFolder(folder, (trial) => attempt(() => mountAndDelete(trial)));
  } catch (error) {
    return { code: 'WRITE', message: (error as NodeJS.ErrnoException).code ?? '' };
  }
}

function mountAndDelete(own: string): void {
  const [lower, upperdir, workdir, target] = ['lower', 'upper', 'work', 'merged'].map((name) => join(own, name)) as [
    string,
    string,
    string,
    string,
  ];
  for (const path of [lower, upperdir, workdir, target]) mkdirSync(path);
  writeFileSync(join(lower, 'file'), '');
  takeMounts();
  try {
    mountOverlay({ lowerdirs: [lower], upperdir, workdir, target, userxattr: !isRoot });
    rmSync(join(target, 'file'));
    umount2(target, MNT_DETACH);
  } finally {
    rmSync(own, { recursive: true, force: true }); // here we are root: what overlay made in `work` is nobody else's
  }
}

/** `ext4`: of the last mount on the way to the folder. */
function typeOf(folder: string): string {
  const above = readMounts().filter(({ path }) => path === '/' || `${folder}/`.startsWith(`${path}/`));
  const longest = Math.max(...above.map(({ path }) => path.length));
  return above.findLast(({ path }) => path.length === longest)?.type ?? '?';
}

function explain(folder: string, type: string, { code, message }: Refusal): Finding {
  if (code === 'ENODEV') return { state: 'bad', ...NO_OVERLAY, command: asRoot('modprobe overlay') };
  const other = CANDIDATES.find((each) => existsSync(each) && tryOverlay(each) === undefined);
  return {
    state: 'bad',
    seen: code === 'WRITE' ? notWritable(folder, message) : noUpper(folder, type, code || message),
    cure: {
      en: 'The lessons run in memory and do without. For containers of your own, put SLIPWAY_ROOT on ext4, xfs, btrfs or tmpfs:',
      zh: '课程在内存里运行，不受影响。要运行自己的容器，请把 SLIPWAY_ROOT 放到 ext4、xfs、btrfs 或 tmpfs 上：',
    },
    ...(other === undefined ? {} : { command: `export SLIPWAY_ROOT=${join(other, nameOfFolder())}` }),
  };
}

function notWritable(folder: string, code: string): Text {
  return { en: `${folder} cannot be written (${code})`, zh: `${folder} 不可写（${code}）` };
}

function noUpper(folder: string, type: string, code: string): Text {
  return {
    en: `${folder} is on ${type}, which cannot hold an overlay (${code})`,
    zh: `${folder} 位于 ${type} 上，它不能承载 overlay（${code}）`,
  };
}

const CANDIDATES = ['/var/lib', homedir(), '/var/tmp', '/dev/shm', '/tmp'];

function nameOfFolder(): string {
  return isRoot ? 'slipway' : `slipway-${process.getuid?.()}`;
}

const NO_OVERLAY = {
  seen: { en: 'this kernel has no overlay file system', zh: '这个内核没有 overlay 文件系统' },
  cure: { en: 'Load its module:', zh: '请加载内核模块：' },
};
