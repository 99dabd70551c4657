// Which of the other seven kinds of namespaces does this kernel have, and may this user make them?

import { release } from 'node:os';
import { unshare } from '../../linux/namespaces.ts';
import { NAMESPACE_FLAGS, NAMESPACE_TYPES } from '../../namespaces/flags.ts';
import type { NamespaceType } from '../../oci.ts';
import { isRoot } from '../../runtime/places.ts';
import { attempt, type Refusal, takeRights } from './attempt.ts';
import { type Finding, good, type Question } from './question.ts';
import { refusalOfUserNamespaces } from './user-namespaces.ts';

export const namespaces: Question = {
  name: 'namespaces',
  title: { en: 'other namespaces', zh: '其他 namespace' },
  ask() {
    if (!isRoot && refusalOfUserNamespaces()) return undefined; // without that kind a user has none of the others
    const kinds = NAMESPACE_TYPES.filter((type) => type !== 'user');
    const refused = kinds.flatMap((type): [NamespaceType, Refusal][] => {
      const refusal = attempt(() => make(type));
      return refusal ? [[type, refusal]] : [];
    });
    if (refused.length === 0) return good({ en: kinds.join(', '), zh: kinds.join('、') });
    return explain(refused);
  },
};

function make(type: NamespaceType): void {
  takeRights();
  unshare(NAMESPACE_FLAGS[type]);
}

function explain(refused: readonly [NamespaceType, Refusal][]): Finding {
  const names = refused.map(([type]) => type);
  const [[, { code, message }]] = refused as [[NamespaceType, Refusal]];
  return {
    state: 'bad',
    seen: {
      en: `refused (${names.join(', ')}): ${message}`,
      zh: `被拒绝（${names.join('、')}）：${message}`,
    },
    cure: code === 'EINVAL' ? NOT_BUILT_IN : FORBIDDEN,
  };
}

const NOT_BUILT_IN = {
  en: `This kernel, ${release()}, was built without them: use the kernel of a distribution, or a virtual machine.`,
  zh: `这个内核（${release()}）编译时没有包含它们：请换用发行版自带的内核，或者使用虚拟机。`,
};

const FORBIDDEN = {
  en: 'In a container, only a privileged one may make them: docker run --privileged, podman run --privileged.',
  zh: '如果身在容器里，只有特权容器才能创建它们：docker run --privileged 或 podman run --privileged。',
};
