// Off the script: a shell in a guard of its own, with the step's command at hand.

import { SLIPWAY } from '../../learn/home.ts';
import type { Step } from '../../learn/lesson.ts';
import type { Text } from '../../learn/text.ts';
import { handOver } from '../hand-over.ts';

/** The shell is not ended after a time: a talk takes as long as it takes. */
export async function freeShell(step: Step | undefined, t: (text: Text) => string): Promise<void> {
  const command = step?.command ?? '';
  process.stdout.write(`${t(command === '' ? GREETING : WITH_COMMAND)}\n`);
  await handOver(SLIPWAY, ['guard', '--tty', '--seconds', '0', 'sh', '-c', START, 'sh', command]);
}

const START = '[ -z "$1" ] || printf "%s\\n" "$1" > /tmp/step; command -v bash > /dev/null && exec bash; exec sh';

const GREETING: Text = {
  en: 'This shell is in the guard: nothing that happens here stays. `exit` leads back.',
  zh: '这个 shell 在 guard 里：这里的一切改动都不会留下。输入 exit 返回。',
};
const WITH_COMMAND: Text = {
  en: `${GREETING.en} The step’s command is in /tmp/step: sh /tmp/step runs it.`,
  zh: `${GREETING.zh}本步骤的命令在 /tmp/step 里：sh /tmp/step 可运行它。`,
};
