// Help texts, made from the tables of commands and flags, for a terminal of 80 columns.

import { COMMANDS, type Command } from './commands.ts';
import type { Flag, FlagTable } from './flags.ts';

const WIDTH = 80;

/** Of `slipway` without a verb. */
export function generalHelp(): string {
  const rows = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(9)} ${summary}`);
  return `${[
    'Slipway: build your own Docker, one system call at a time.',
    '',
    'Usage: slipway COMMAND',
    '',
    ...rows,
    '',
    "Try: slipway run --rm box sh -c 'hostname; ps; id; ls /'",
    '`slipway help COMMAND` says more; `slipway run --explain …` shows every system\ncall.',
  ].join('\n')}\n`;
}

/** What a command's help shows beside its usage. */
export interface HelpParts {
  /** The flags under their headings. */
  groups: Record<string, FlagTable>;
  /** Flags of Docker's that are refused, each with a sentence of its own. */
  later?: FlagTable;
}

/** Of one command. */
export function commandHelp({ name, usage, summary, more }: Command, { groups, later = {} }: HelpParts): string {
  const sections = Object.entries(groups).map(([heading, table]) => `${heading}:\n${flagLines(table)}\n`);
  return [
    `${`Usage: slipway ${name} ${usage}`.trimEnd()}\n`,
    `${summary}.\n`,
    ...(more === undefined ? [] : [`${wrap(more, WIDTH).join('\n')}\n`]),
    ...sections,
    ...laterLines(later),
  ].join('\n');
}

function laterLines(later: FlagTable): string[] {
  const names = Object.keys(later).map((name) => `--${name}`);
  if (names.length === 0) return [];
  return [`Docker's other flags are not there, and say why when they are used:\n${indent(names.join(' '))}\n`];
}

function indent(text: string): string {
  return wrap(text, WIDTH - 2)
    .map((line) => `  ${line}`)
    .join('\n');
}

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
