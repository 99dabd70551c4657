// Can two network namespaces be connected? A pair of veth interfaces is made in a namespace that goes away with the attempt.

import { CLONE_NEWNET } from '../../linux/constants.ts';
import { unshare } from '../../linux/namespaces.ts';
import { isRoot } from '../../runtime/places.ts';
import { pathOfProgram } from '../find-program.ts';
import { attempt, becomeSilently, takeRights } from './attempt.ts';
import { lessonsThatRun } from './lessons.ts';
import { good, type Question } from './question.ts';
import { asRoot } from './settings.ts';
import { refusalOfUserNamespaces } from './user-namespaces.ts';

export const veth: Question = {
  name: 'veth',
  title: { en: 'veth interfaces', zh: 'veth 网卡' },
  ask() {
    const ip = pathOfProgram('ip');
    if (ip === undefined || (!isRoot && refusalOfUserNamespaces())) return undefined;
    if (attempt(() => inNetwork(ip, ['link', 'show', 'lo']))) return undefined; // no namespace: told already
    const refusal = attempt(() => inNetwork(ip, ['link', 'add', 'left', 'type', 'veth', 'peer', 'name', 'right']));
    if (!refusal) return good({ en: 'can be made', zh: '可以创建' });
    return {
      state: 'bad',
      seen: { en: 'this kernel does not make them', zh: '这个内核不能创建' },
      cure: {
        en: 'Load the module. Where there is none, the kernel is a small one, of a cloud image perhaps: install the usual one.',
        zh: '请加载内核模块。如果没有这个模块，说明内核是精简版（例如云镜像），请安装标准内核。',
      },
      command: asRoot('modprobe veth'),
      lessons: lessonsThatRun(/type veth/),
    };
  },
};

function inNetwork(ip: string, words: readonly string[]): void {
  takeRights();
  unshare(CLONE_NEWNET);
  becomeSilently(ip, words);
}
