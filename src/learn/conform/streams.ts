// What goes into a container and comes out of it.

import { createHash } from 'node:crypto';
import { isTrue } from '../goal.ts';
import type { ConformGoal } from './goal.ts';

const TIMES = 400;
/** Every byte there is, and more of them than a pipe holds (64 KiB). */
const BYTES = Buffer.from(Array.from({ length: TIMES * 256 }, (_, index) => (index * 7) % 256));

/** One round of them, as the shell's printf takes it: `\000\007\016…`. */
const ESCAPED = [...BYTES.subarray(0, 256)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');

export const STREAMS: readonly ConformGoal[] = [
  {
    name: 'streams',
    title: { en: 'stdout and stderr come out apart', zh: 'stdout 和 stderr 各走各的' },
    ask: async (subject) => {
      const { stdout, stderr } = await subject.run(['sh', '-c', 'echo to-stdout; echo to-stderr >&2']);
      if (stdout !== 'to-stdout\n') return seen('stdout', stdout);
      return isTrue(stderr.includes('to-stderr\n') && !stderr.includes('to-stdout'), seen('stderr', stderr));
    },
  },
  {
    name: 'stdin',
    title: { en: 'stdin goes in whole, and so does its end', zh: 'stdin 完整地传进去，连同它的结束' },
    ask: async (subject) => {
      const { stdout } = await subject.run(['sha256sum'], { input: BYTES });
      const hash = createHash('sha256').update(BYTES).digest('hex');
      return isTrue(stdout.startsWith(hash), {
        en: `the command read something else than the ${BYTES.length} bytes that were sent to it`,
        zh: `发给命令 ${BYTES.length} 个字节，它读到的却不是这些`,
      });
    },
  },
  {
    name: 'binary',
    title: { en: 'bytes of every value come out unchanged', zh: '任何字节都原样出来' },
    ask: async (subject) => {
      const script = `i=0; while [ $i -lt ${TIMES} ]; do printf '${ESCAPED}'; i=$((i + 1)); done`;
      const { bytes } = await subject.run(['sh', '-c', script]);
      const at = BYTES.findIndex((byte, index) => byte !== bytes[index]);
      return isTrue(bytes.equals(BYTES), {
        en: `of ${BYTES.length} bytes ${bytes.length} came out, the first difference at byte ${at}`,
        zh: `${BYTES.length} 个字节出来了 ${bytes.length} 个，从第 ${at} 个字节开始不同`,
      });
    },
  },
];

function seen(stream: string, text: string) {
  const quoted = JSON.stringify(text.slice(0, 200));
  return { en: `${stream} was ${quoted}`, zh: `${stream} 是 ${quoted}` };
}
