// How old is the kernel? mount_setattr, which makes a whole tree of mounts read-only, is the youngest call that Slipway
// cannot do without: Linux 5.12.

import { release } from 'node:os';
import { good, type Question } from './question.ts';

const OLDEST = '5.12';

export const kernel: Question = {
  name: 'kernel',
  title: { en: 'kernel', zh: '内核' },
  ask: () => judge(release()),
};

/** @param version as `uname -r` prints it. */
export function judge(version: string) {
  const seen = { en: `Linux ${version}`, zh: `Linux ${version}` };
  if (isYoungEnough(version)) return good(seen);
  return {
    state: 'bad' as const,
    seen: {
      en: `Linux ${version} is older than ${OLDEST}`,
      zh: `Linux ${version} 比 ${OLDEST} 旧`,
    },
    cure: {
      en: 'Install a newer kernel, or use a virtual machine (docs/workshop.md).',
      zh: '请安装更新的内核，或者使用虚拟机（docs/workshop.zh-CN.md）。',
    },
  };
}

function isYoungEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  const [oldMajor = 0, oldMinor = 0] = OLDEST.split('.').map(Number);
  return major > oldMajor || (major === oldMajor && minor >= oldMinor);
}
