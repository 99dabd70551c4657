// Help texts, made from the tables of commands and flags, for a terminal of 80 columns.

import { COMMANDS, type Command } from './commands.ts';
import { containerVerbs } from './container-verbs.ts';
import { flagLines, WIDTH, wrap } from './flag-lines.ts';
import type { FlagTable } from './flags.ts';

/** Of `slipway` without a verb. */
export function generalHelp(): string {
  const rows = rowsOf(COMMANDS.filter(({ isLong }) => !isLong));
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

/** Of `slipway container` without a verb. */
export function containerHelp(): string {
  return `${['Usage: slipway container COMMAND', '', ...rowsOf(containerVerbs())].join('\n')}\n`;
}

function rowsOf(commands: readonly Command[]): string[] {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return commands.map(({ name, summary }) => `  ${name.padEnd(width)} ${summary}`);
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
