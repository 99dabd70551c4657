// slipway help [COMMAND]

import { findCommand, suggestCommand } from '../commands.ts';
import { UsageError } from '../flags.ts';
import { generalHelp } from '../help.ts';
import { print } from '../print.ts';

export default async function helpCommand([name]: readonly string[]): Promise<number> {
  if (name === undefined || name === 'help' || name === 'version') {
    print(generalHelp());
    return 0;
  }
  const command = findCommand(name);
  if (!command) throw new UsageError(suggestCommand(name));
  const { default: run } = await command.load();
  return run(['--help']);
}
