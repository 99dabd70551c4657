// Parses a command's flags, unless it is asked for help: then that is printed.

import { findCommand } from './commands.ts';
import { toggle } from './flag-kinds.ts';
import { type FlagTable, parseFlags, type Values } from './flags.ts';
import { commandHelp, type HelpParts } from './help.ts';
import { print } from './print.ts';

const HELP = { help: toggle('Print this') };

/** @returns undefined when help was printed and there is nothing left to do. */
export function parseOrHelp<Table extends FlagTable>(
  name: string,
  table: Table,
  words: readonly string[],
  { groups = { Flags: table }, later = {}, mixed = false }: Partial<HelpParts> & { mixed?: boolean } = {},
): { values: Values<Table>; rest: string[] } | undefined {
  const asksForHelp = words.length === 1 && words[0] === '-h'; // which for `run`, with a word behind it, is the host name
  const { values, rest } = parseFlags({ ...table, ...later, ...HELP }, asksForHelp ? ['--help'] : words, { mixed });
  if (!values.help) return { values: values as unknown as Values<Table>, rest };
  const command = findCommand(name);
  if (command) print(commandHelp(command, { groups, later }));
  return undefined;
}
