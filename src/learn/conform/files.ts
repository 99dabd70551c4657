// Files that a container shares with the machine, and those that it has for itself.

import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Answer, isTrue } from '../goal.ts';
import type { Held } from '../lab/held.ts';
import type { Text } from '../text.ts';
import type { ConformGoal } from './goal.ts';
import type { Subject } from './subject.ts';

const TARGET = '/srv/data';

export const FILES: readonly ConformGoal[] = [
  {
    name: 'volume',
    title: {
      en: 'a folder of the machine is seen inside (-v SOURCE:TARGET)',
      zh: '里面看得到机器的一个目录（-v 来源:目标）',
    },
    ask: (subject) =>
      withVolume(subject, '', (held, source) => {
        return isTrue(identity(held.inside(TARGET)) === identity(source), NO_VOLUME);
      }),
  },
  {
    name: 'volume-ro',
    title: { en: 'with -v SOURCE:TARGET:ro nothing is written there', zh: '加上 :ro（-v 来源:目标:ro）就不能往里写' },
    ask: (subject) =>
      withVolume(subject, ':ro', (held, source) => {
        if (identity(held.inside(TARGET)) !== identity(source)) return NO_VOLUME;
        return isTrue(!canWrite(held.inside(`${TARGET}/new`)), {
          en: 'a file could be made there',
          zh: '还是能在那里新建文件',
        });
      }),
  },
  {
    name: 'whiteout',
    title: {
      en: 'what it deletes or writes is so for it alone: ROOTFS stays as it was',
      zh: '它删掉和写下的只对它自己有效：ROOTFS 保持原样',
    },
    ask: async (subject) => {
      const rootfs = subject.lab.rootfs();
      for (const name of ['kept', 'deleted']) writeFileSync(join(rootfs, name), '');
      writeFileSync(join(rootfs, 'changed'), 'before\n');
      const first = 'rm /deleted; echo after >/changed; echo new >/written';
      const held = await subject.hold({ rootfs, first });
      if (!existsSync(held.inside('/kept'))) return { en: 'its root is not ROOTFS', zh: '它的根不是 ROOTFS' };
      if (existsSync(held.inside('/deleted')))
        return { en: 'the file that it deleted is still there', zh: '它删掉的文件还在' };
      if (!existsSync(held.inside('/written'))) return { en: 'it could write no file', zh: '它写不了文件' };
      if (!existsSync(join(rootfs, 'deleted')))
        return { en: 'the file is gone from ROOTFS too', zh: 'ROOTFS 里的文件也没了' };
      const isSame =
        readFileSync(join(rootfs, 'changed'), 'utf8') === 'before\n' && !existsSync(join(rootfs, 'written'));
      return isTrue(isSame, { en: 'what it wrote is in ROOTFS', zh: '它写的东西进了 ROOTFS' });
    },
  },
];

const NO_VOLUME: Text = {
  en: 'what is at TARGET is not the folder SOURCE itself',
  zh: '目标处的目录不是来源目录本身',
};

async function withVolume(
  subject: Subject,
  mode: string,
  ask: (held: Held, source: string) => Answer,
): Promise<Answer> {
  const [source, rootfs] = [subject.lab.folder('volume'), subject.lab.rootfs()];
  mkdirSync(join(rootfs, TARGET), { recursive: true });
  const options = ['-v', `${source}:${TARGET}${mode}`];
  return subject.withOption(options, rootfs, async () => ask(await subject.hold({ options, rootfs }), source));
}

/** By device and inode: whatever the path by which it is reached. */
function identity(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return `${stat?.dev}:${stat?.ino}`;
}

function canWrite(path: string): boolean {
  try {
    writeFileSync(path, '');
    return true;
  } catch {
    return false;
  }
}
