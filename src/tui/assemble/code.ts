// The code behind a switch: quoted from src, so it is what really runs.

import { quote } from '../../learn/quote.ts';
import type { Text } from '../../learn/text.ts';
import type { Choice } from './choice.ts';
import type { Mechanism } from './mechanisms.ts';

/** In the order of the table in src/namespaces/flags.ts. */
const FLAGS = {
  mnt: 'CLONE_NEWNS',
  uts: 'CLONE_NEWUTS',
  ipc: 'CLONE_NEWIPC',
  pid: 'CLONE_NEWPID',
  net: 'CLONE_NEWNET',
  user: 'CLONE_NEWUSER',
} as const;

/** What clone3 is called with for these switches. The cgroup and the time namespace are entered later. */
export function cloneFlagsOf(choice: Choice): string {
  const names = Object.entries(FLAGS).filter(([name]) => choice.has(name as keyof typeof FLAGS));
  return names.map(([, flag]) => flag).join(' | ');
}

/** As Markdown: what it means, the clone3 that is made, the code. */
export function codeOf({ name, leak, code, lesson }: Mechanism, choice: Choice, t: (text: Text) => string): string {
  const isOn = choice.has(name);
  const head = isOn
    ? t({ en: `Without it: ${leak.en}.`, zh: `没有它：${leak.zh}。` })
    : t({ en: `**Left out**: ${leak.en}.`, zh: `**已去掉**：${leak.zh}。` });
  const made = `clone3({flags: ${cloneFlagsOf(choice)}, …})`;
  const quotes = code.map(([path, part]) => `\`\`\`ts\n// ${path}\n${quote(path, part)}\n\`\`\``);
  const where = t({ en: ` Lesson ${lesson}.`, zh: `见课程 ${lesson}。` });
  return [head + where, `\`\`\`ts\n${made}\n\`\`\``, ...quotes].join('\n\n');
}
