// slipway help [COMMAND]

import { findCommand, suggestCommand } from '../commands.ts';
import { UsageError } from '../flags.ts';
import { generalHelp } from '../help.ts';
import { print } from '../print.ts';
import { parseOrHelp } from '../with-help.ts';

export default async function helpCommand(words: readonly string[]): Promise<number> {
  const parsed = parseOrHelp('help', {}, words, { groups: {} });
  if (!parsed) return 0;
  const [name] = parsed.rest;
  if (name === undefined || name === 'help' || name === 'version') {
    print(generalHelp());
    return 0;
  }
  const command = findCommand(parsed.rest.join(' ')) ?? findCommand(name);
  if (!command) throw new UsageError(suggestCommand(name));
  const { default: run } = await command.load();
  return run(['--help']);
}
