// How a container ends: with the exit code of its command, or with one that says why there was none.

import { type Answer, isTrue } from '../goal.ts';
import type { ConformGoal } from './goal.ts';

const CODES = [0, 42, 255];

export const ENDING: readonly ConformGoal[] = [
  {
    name: 'exit-code',
    title: { en: 'it ends with the exit code of its command', zh: '它以命令的退出码结束' },
    ask: async (subject) => {
      const root = subject.root();
      for (const wanted of CODES) {
        const { code } = await subject.run(['sh', '-c', `exit ${wanted}`], { root });
        if (code !== wanted) return codeIs(code, { en: `exit ${wanted}`, zh: `exit ${wanted}` }, wanted);
      }
      return true;
    },
  },
  {
    name: 'exit-signal',
    title: {
      en: 'it ends with 128 and the number of the signal that ended its command',
      zh: '命令被信号结束时，它以 128 加信号编号结束',
    },
    ask: async (subject) => {
      const held = await subject.hold();
      return codeIs(await held.kill(), { en: 'SIGKILL, which is signal 9', zh: 'SIGKILL（9 号信号）' }, 128 + 9);
    },
  },
  {
    name: 'exit-127',
    title: { en: 'it ends with 127 when there is no such command', zh: '找不到命令时，它以 127 结束' },
    ask: async (subject) => {
      const { code } = await subject.run(['no-such-command']);
      return codeIs(code, { en: 'no-such-command', zh: 'no-such-command' }, 127);
    },
  },
  {
    name: 'exit-126',
    title: {
      en: 'it ends with 126 when the command is there but no program',
      zh: '命令存在但不能执行时，它以 126 结束',
    },
    ask: async (subject) => {
      const { code } = await subject.run(['/etc/passwd']);
      return codeIs(code, { en: 'a file without the right to execute', zh: '一个没有执行权限的文件' }, 126);
    },
  },
];

function codeIs(code: number, after: { en: string; zh: string }, wanted: number): Answer {
  return isTrue(code === wanted, {
    en: `after ${after.en} it ended with ${code}, not ${wanted}`,
    zh: `${after.zh} 之后，它以 ${code} 结束，而不是 ${wanted}`,
  });
}
