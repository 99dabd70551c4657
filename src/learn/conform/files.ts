// Files that a container shares with the machine, and those that it has for itself.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Answer, isTrue } from '../goal.ts';
import type { Held } from '../lab/held.ts';
import type { Text } from '../text.ts';
import type { ConformGoal } from './goal.ts';
import { identity, type Subject } from './subject.ts';

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
    ask: (subject) => (subject.image === undefined ? keepsRootfs(subject) : keepsImage(subject)),
  },
];

async function keepsRootfs(subject: Subject): Promise<Answer> {
  const root = subject.root();
  for (const name of ['kept', 'deleted']) writeFileSync(join(root, name), '');
  writeFileSync(join(root, 'changed'), 'before\n');
  const held = await subject.hold({ root, first: 'rm /deleted; echo after >/changed; echo new >/written' });
  if (!existsSync(held.inside('/kept'))) return { en: 'its root is not ROOTFS', zh: '它的根不是 ROOTFS' };
  const missing = changesIn(held, '/deleted');
  if (missing) return missing;
  if (!existsSync(join(root, 'deleted'))) return GONE;
  const isSame = readFileSync(join(root, 'changed'), 'utf8') === 'before\n' && !existsSync(join(root, 'written'));
  return isTrue(isSame, WRITTEN);
}

/** What an image holds, the next container of it shows. */
async function keepsImage(subject: Subject): Promise<Answer> {
  const first = await subject.hold({ first: 'rm /etc/group; echo new >/written' });
  const missing = changesIn(first, '/etc/group');
  if (missing) return missing;
  const next = await subject.hold();
  if (!existsSync(next.inside('/etc/group'))) return GONE;
  return isTrue(!existsSync(next.inside('/written')), WRITTEN);
}

/** What the container should see of its own changes, and does not. */
function changesIn(held: Held, deleted: string): Text | undefined {
  if (existsSync(held.inside(deleted)))
    return { en: 'the file that it deleted is still there', zh: '它删掉的文件还在' };
  return existsSync(held.inside('/written')) ? undefined : { en: 'it could write no file', zh: '它写不了文件' };
}

const GONE: Text = { en: 'the file is gone from ROOTFS too', zh: 'ROOTFS 里的文件也没了' };
const WRITTEN: Text = { en: 'what it wrote is in ROOTFS', zh: '它写的东西进了 ROOTFS' };

const NO_VOLUME: Text = {
  en: 'what is at TARGET is not the folder SOURCE itself',
  zh: '目标处的目录不是来源目录本身',
};

async function withVolume(
  subject: Subject,
  mode: string,
  ask: (held: Held, source: string) => Answer,
): Promise<Answer> {
  const [source, root] = [subject.lab.folder('volume'), subject.root()];
  if (!subject.image) mkdirSync(join(root, TARGET), { recursive: true });
  const options = ['-v', `${source}:${TARGET}${mode}`];
  return subject.withOption(options, root, async () => ask(await subject.hold({ options, root }), source));
}

function canWrite(path: string): boolean {
  try {
    writeFileSync(path, '');
    return true;
  } catch {
    return false;
  }
}
