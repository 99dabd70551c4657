// Help texts.

import { toggle } from '../cli/flag-kinds.ts';
import { flagLines, WIDTH, wrap } from '../cli/flag-lines.ts';
import { type FlagTable, parseFlags, UsageError, type Values } from '../cli/flags.ts';
import { print } from '../cli/print.ts';
import { COMMANDS, findCommand } from './commands.ts';
import { GLOBAL_FLAGS } from './globals.ts';
import { inOurOrder } from './go-words.ts';

const HELP = { help: toggle('Print this', { short: 'h' }) };

export function generalHelp(): string {
  const intro = 'Starts containers for an engine, or for whoever has a bundle: a folder with a config.json and a root.';
  const rows = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(11)} ${summary}`);
  const parts = ['Usage: slipway-oci [flags] COMMAND', wrap(intro, WIDTH).join('\n'), rows.join('\n')];
  return `${[...parts, `Flags:\n${flagLines(GLOBAL_FLAGS)}`].join('\n\n')}\n`;
}

function commandHelp(name: string, table: FlagTable): string {
  const { usage = '', summary = '' } = findCommand(name) ?? {};
  return `Usage: slipway-oci ${name} ${usage}\n\n${summary}.\n\nFlags:\n${flagLines(table)}\n`;
}

/**
 * Parses a command's flags, and its words, of which there have to be so many.
 * @returns undefined when it was asked for help, which is printed then.
 */
export function parseWords<Table extends FlagTable>(
  name: string,
  table: Table,
  words: readonly string[],
  [least, most]: readonly [number, number],
): { values: Values<Table>; rest: string[] } | undefined {
  const all = { ...table, ...HELP };
  const { values, rest } = parseFlags(all, inOurOrder(all, words, most === Number.POSITIVE_INFINITY));
  if (values.help) return void print(commandHelp(name, all));
  if (rest.length < least || rest.length > most) {
    const usage = findCommand(name)?.usage ?? '';
    throw new UsageError(`usage: slipway-oci ${name} ${usage}, and there are ${rest.length} words behind the flags`);
  }
  return { values: values as unknown as Values<Table>, rest };
}
