// A table of flags as lines for a help text, and texts broken into lines.

import type { Flag, FlagTable } from './flags.ts';

/** Of a terminal, in characters. */
export const WIDTH = 80;

/** Where the explanations begin. */
const COLUMN = 33;

/** A line for each flag, or more. */
export function flagLines(table: FlagTable): string {
  return flagRows(table).join('\n');
}

function flagRows(table: FlagTable): string[] {
  return Object.entries(table).map(([name, flag]) => {
    const head = flagHead(name, flag);
    const lines = wrap(flag.help, WIDTH - COLUMN).map((line) => ' '.repeat(COLUMN) + line);
    if (head.length >= COLUMN) return [head, ...lines].join('\n');
    return [head.padEnd(COLUMN) + (lines[0] ?? '').trimStart(), ...lines.slice(1)].join('\n');
  });
}

function flagHead(name: string, { short, argument, alone }: Flag<unknown>): string {
  const value = argument === undefined ? '' : alone === undefined ? ` ${argument}` : `[=${argument}]`;
  return `  ${short === undefined ? '    ' : `-${short}, `}--${name}${value}`;
}

/** Breaks a text between words into lines of at most `width` characters. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
