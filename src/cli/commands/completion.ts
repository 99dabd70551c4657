// slipway completion

import { isShell, SHELLS, scriptFor } from '../complete/scripts.ts';
import { UsageError } from '../flags.ts';
import { print } from '../print.ts';
import { parseOrHelp } from '../with-help.ts';

export default function completionCommand(words: readonly string[]): number {
  const parsed = parseOrHelp('completion', {}, words, { groups: {} });
  if (!parsed) return 0;
  const [shell = ''] = parsed.rest;
  if (parsed.rest.length !== 1) {
    throw new UsageError('"slipway completion" requires exactly 1 argument: slipway completion bash|zsh|fish');
  }
  if (!isShell(shell)) throw new UsageError(`no completion for ${shell}: there are ${SHELLS.join(', ')}`);
  print(scriptFor(shell));
  return 0;
}
