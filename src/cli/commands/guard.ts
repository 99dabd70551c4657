// slipway guard

import { guard } from '../../learn/guard.ts';
import { languageOf, type Text } from '../../learn/text.ts';
import { PR_SET_PDEATHSIG, SIGKILL } from '../../linux/constants.ts';
import { prctl } from '../../linux/process.ts';
import { tellEnd } from '../ending.ts';
import { say } from '../errors.ts';
import { asIs, list, toggle, value } from '../flag-kinds.ts';
import { UsageError } from '../flags.ts';
import { inLanguageOf } from '../learning.ts';
import { parseCount } from '../parse/size.ts';
import { parseOrHelp } from '../with-help.ts';

const FLAGS = {
  tty: toggle('Give the program a terminal', { short: 't' }),
  folder: list('PATH', 'Show this folder inside too, read-only, wherever it lies', asIs),
  'die-with-parent': toggle('Kill all of it when the program that has started this one is gone'),
  seconds: value('N', 'Seconds after which it is killed: 60, or with -t never, which is 0', parseCount),
};

export default async function guardCommand(words: readonly string[]): Promise<number> {
  const parsed = inLanguageOf(words, () => parseOrHelp('guard', FLAGS, words));
  if (!parsed) return 0;
  if (parsed.rest.length === 0) throw new UsageError(NO_COMMAND[languageOf()]);
  const { tty, folder, seconds = tty ? 0 : 60 } = parsed.values; // whoever has a terminal can end it
  if (parsed.values['die-with-parent']) prctl(PR_SET_PDEATHSIG, SIGKILL); // the guard ends with its command line
  return tellEnd(await guard({ command: parsed.rest, tty, folders: folder, seconds }, say));
}

const NO_COMMAND: Text = {
  en: 'a command is missing: slipway guard [flags] COMMAND …',
  zh: '缺少命令：slipway guard [选项] COMMAND …',
};
