// Help texts, made from the tables of commands and flags.

import { COMMANDS, type Command } from './commands.ts';
import type { FlagTable } from './flags.ts';

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
    "Try: slipway run box sh -c 'hostname; ps; id; ls /'",
    '`slipway help COMMAND` says more; `slipway run --explain …` shows every system call.',
  ].join('\n')}\n`;
}

/** Of one command, with its flags under their headings. */
export function commandHelp({ name, usage, summary }: Command, groups: Record<string, FlagTable>): string {
  const sections = Object.entries(groups).map(([heading, table]) => `${heading}:\n${flagRows(table).join('\n')}\n`);
  return `Usage: slipway ${name} ${usage}\n\n${summary}.\n\n${sections.join('\n')}`;
}

/** Where the explanations begin. */
const COLUMN = 36;

function flagRows(table: FlagTable): string[] {
  return Object.entries(table).map(([name, { short, argument, alone, help }]) => {
    const value = argument === undefined ? '' : alone === undefined ? ` ${argument}` : `[=${argument}]`;
    const head = `  ${short === undefined ? '    ' : `-${short}, `}--${name}${value}`;
    return head.length < COLUMN ? `${head.padEnd(COLUMN)}${help}` : `${head}\n${' '.repeat(COLUMN)}${help}`;
  });
}
