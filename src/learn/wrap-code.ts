// Source that is too wide for the terminal, broken as a person would: a comment stays a comment, what goes on is deeper.
//
//     const sum = first + second; // what both       // what both have together
//                                        have        const sum = first +
//                                    together            second;

import stringWidth from 'string-width';
import { wrapLine } from './wrap.ts';

export function wrapCode(code: string, width: number): string[] {
  return blocksOf(code.split('\n')).flatMap((block) => wrapBlock(block, width));
}

/** A line of code, or the lines of a comment that belong together. */
interface Block {
  /** What stands before the text of each line; undefined for code. */
  mark?: string;
  /** What stands before the text of the first, when it is another. */
  firstMark?: string;
  lines: string[];
}

function blocksOf(lines: readonly string[]): Block[] {
  const blocks: Block[] = [];
  for (const line of lines) {
    const [, indent = '', sign, text = ''] = /^(\s*)(\/\/|\/\*\*|\*)(?: (.*))?$/.exec(line) ?? [];
    const last = blocks.at(-1);
    const mark = sign === '/**' ? `${indent} * ` : `${indent}${sign} `;
    if (sign === undefined || text === '' || line.trim() === '*/') blocks.push({ lines: [line] });
    else if (last?.mark === mark && isProse(text)) last.lines.push(text);
    else blocks.push({ mark, ...(sign === '/**' && { firstMark: `${indent}/** ` }), lines: [text] });
  }
  return blocks;
}

/** Words that go on those of the line before: no tag, no list, nothing that is set in columns. */
function isProse(text: string): boolean {
  return !/^[@\s-]|\S\s{2,}\S/.test(text);
}

function wrapBlock({ mark, firstMark = mark, lines }: Block, width: number): string[] {
  if (mark === undefined || firstMark === undefined) return lines.flatMap((line) => wrapCodeLine(line, width));
  const whole = lines.map((line, index) => (index === 0 ? firstMark : mark) + line);
  if (whole.every((line) => stringWidth(line) <= width)) return whole;
  return wrapLine(firstMark + lines.join(' '), width, mark);
}

function wrapCodeLine(line: string, width: number): string[] {
  if (stringWidth(line) <= width) return [line];
  const indent = /^\s*/.exec(line)?.[0] ?? '';
  const [, code, comment] = /^(.*\S)\s+(\/\/ .*)$/.exec(line) ?? [];
  if (code !== undefined && comment !== undefined) {
    return [...wrapLine(indent + comment, width, `${indent}// `), ...wrapCodeLine(code, width)];
  }
  return wrapLine(line, width, `${indent}    `);
}
