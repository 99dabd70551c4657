// slipway hint

import { styleText } from 'node:util';
import { type Hint, nextHint } from '../../learn/hint.ts';
import type { Language, Text } from '../../learn/text.ts';
import { wrapLine } from '../../learn/wrap.ts';
import { columns, LANG, learning, parseMixed, printLines } from '../learning.ts';

/** Each call shows one hint more. */
export default function hintCommand(words: readonly string[]): number {
  const parsed = parseMixed('hint', { lang: LANG }, words);
  if (!parsed) return 0;
  const { lesson, progress, language } = learning(parsed.rest, parsed.values.lang);
  const hints = nextHint(progress(), lesson);
  const goal = hints[0]?.goal.title[language] ?? '';
  printLines([
    `${lesson}: ${goal}`,
    '',
    ...hints.flatMap((hint) => hintLines(hint, language)),
    '',
    more(hints, language),
  ]);
  return 0;
}

function hintLines({ tier, tiers, text, isSolution }: Hint, language: Language): string[] {
  const head = `${tier}/${tiers}`;
  const said = text[language];
  if (isSolution) return [`${head}  ${SOLUTION[language]}`, ...said.split('\n').map((line) => styleText('cyan', line))];
  return said.split('\n').flatMap((line, index) => {
    const indent = ' '.repeat(head.length + 2);
    return wrapLine((index === 0 ? `${head}  ` : indent) + line, columns(), indent);
  });
}

const SOLUTION: Text = { en: 'The solution fills the gap with', zh: '答案在空缺处填上' };

function more(hints: readonly Hint[], language: Language): string {
  const left = (hints[0]?.tiers ?? 0) - hints.length;
  if (left === 0) return { en: 'That was the last.', zh: '没有更多提示了。' }[language];
  return { en: `Once more shows the next; ${left} left.`, zh: `再运行一次显示下一条，还有 ${left} 条。` }[language];
}
