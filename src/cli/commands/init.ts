// slipway init

import { join, relative, resolve } from 'node:path';
import { languageOf, type Text } from '../../learn/text.ts';
import { initWorkspace } from '../../learn/workspace.ts';
import { UsageError } from '../flags.ts';
import { LANG, parseMixed, printLines } from '../learning.ts';

export default function initCommand(words: readonly string[]): number {
  const parsed = parseMixed('init', { lang: LANG }, words);
  if (!parsed) return 0;
  const language = parsed.values.lang ?? languageOf();
  const [folder, second] = parsed.rest;
  if (folder === undefined || second !== undefined) throw new UsageError(ONE_FOLDER[language]);
  const lessons = initWorkspace(folder, language);
  printLines(told(folder, lessons)[language].split('\n'));
  return 0;
}

const ONE_FOLDER: Text = { en: 'one folder is needed: slipway init DIR', zh: '需要一个目录：slipway init DIR' };

function told(folder: string, lessons: readonly string[]): Text {
  const way = relative(process.cwd(), resolve(folder));
  const list = lessons.map((lesson) => `  ${join(way, lesson)}`).join('\n');
  if (lessons.length === 0) {
    return { en: `${folder} is a workspace already, and lacks nothing`, zh: `${folder} 已经是工作区，什么都不缺` };
  }
  return {
    en: `Laid out:\n${list}\n\nNow: ${way && `cd ${way}, and then `}slipway watch`,
    zh: `已建好：\n${list}\n\n接下来：${way && `cd ${way}，然后 `}slipway watch`,
  };
}
