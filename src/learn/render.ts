// Markdown as lines for a terminal.

import { Marked, type MarkedExtension } from 'marked';
import { markedTerminal } from 'marked-terminal';
import { wrapLine } from './wrap.ts';

export interface RenderOptions {
  color?: boolean;
}

/** @param width columns that no line is wider than; a Chinese character takes two. */
export function render(markdown: string, width: number, { color = true }: RenderOptions = {}): string[] {
  const marked = new Marked(markedTerminal({ reflowText: false, width, tab: 2 }) as MarkedExtension);
  const text = (marked.parse(markdown) as string).trimEnd();
  return text.split('\n').flatMap((line) => wrapLine(color ? line : strip(line), width));
}

function strip(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what an escape is.
  return line.replaceAll(/\x1b\[[\d;]*m/g, '');
}
