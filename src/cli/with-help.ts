// Parses a command's flags, unless it is asked for help: then that is printed.

import { type Command, findCommand } from './commands.ts';
import { toggle } from './flag-kinds.ts';
import { type FlagTable, parseFlags, type Values } from './flags.ts';
import { commandHelp, type HelpParts } from './help.ts';
import { print } from './print.ts';

/** Takes the flags of a command in place of what it would do. */
let reveal: ((table: FlagTable) => void) | undefined;

/** The flags of a command, which it names when it parses its words. */
export async function flagsOf(command: Command): Promise<FlagTable> {
  let flags: FlagTable = {};
  reveal = (table) => {
    flags = { ...table, ...HELP };
  };
  try {
    const { default: run } = await command.load();
    await run(['--help']);
    return flags;
  } finally {
    reveal = undefined;
  }
}

const HELP = { help: toggle('Print this') };

/** @returns undefined when help was printed and there is nothing left to do. */
export function parseOrHelp<Table extends FlagTable>(
  name: string,
  table: Table,
  words: readonly string[],
  { groups = { Flags: table }, later = {}, mixed = false }: Partial<HelpParts> & { mixed?: boolean } = {},
): { values: Values<Table>; rest: string[] } | undefined {
  if (reveal) {
    reveal(table);
    return undefined;
  }
  const asksForHelp = words.length === 1 && words[0] === '-h'; // which for `run`, with a word behind it, is the host name
  const { values, rest } = parseFlags({ ...table, ...later, ...HELP }, asksForHelp ? ['--help'] : words, { mixed });
  if (!values.help) return { values: values as unknown as Values<Table>, rest };
  const command = findCommand(name);
  if (command) print(commandHelp(command, { groups, later }));
  return undefined;
}
