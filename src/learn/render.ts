// Markdown as lines for a terminal: marked-terminal draws it, and wrap.ts breaks the lines, since only that knows how wide
// Chinese is.

import { Marked, type MarkedExtension, type Token } from 'marked';
import { markedTerminal } from 'marked-terminal';
import { stripEscapes, WIDE, wrapLine } from './wrap.ts';
import { wrapCode } from './wrap-code.ts';

export interface RenderOptions {
  color?: boolean;
}

/** @param width columns that no line is wider than; a Chinese character takes two. */
export function render(markdown: string, width: number, { color = true }: RenderOptions = {}): string[] {
  const look = { reflowText: false, emoji: false, showSectionPrefix: !color, width, tab: CODE_INDENT };
  const marked = new Marked(markedTerminal(look) as MarkedExtension, additions(width));
  const text = (marked.parse(markdown) as string).trimEnd();
  return text.split('\n').flatMap((line) => wrapLine(color ? line : stripEscapes(line), width));
}

const CODE_INDENT = 2;

const additions = (width: number): MarkedExtension => ({
  walkTokens(token) {
    joinLines(token);
    if (token.type === 'code') token.text = wrapCode(token.text, width - CODE_INDENT).join('\n');
  },
  renderer: {
    // marked-terminal shows `code` and **bold** in a list as they are written.
    text(token) {
      return 'tokens' in token && token.tokens ? this.parser.parseInline(token.tokens) : false;
    },
  },
});

/** Where a paragraph's source has a new line, there is a space, but none between Chinese characters or beside 。 */
function joinLines(token: Token): void {
  if (token.type !== 'text' || token.tokens) return;
  token.text = token.text.replaceAll(/(.?)\n(.?)/gu, (_: string, before: string, after: string) => {
    const isOne = (WIDE.test(before) && WIDE.test(after)) || FULL_STOP.test(before) || FULL_STOP.test(after);
    return `${before}${isOne ? '' : ' '}${after}`;
  });
}

const FULL_STOP = /[\u3000-\u303f\uff00-\uffef]/u;
