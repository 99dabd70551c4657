// slipway-oci state: what a container is doing, as JSON.

import { print } from '../../cli/print.ts';
import type { Context } from '../globals.ts';
import { parseWords } from '../help.ts';
import { report } from '../status.ts';
import { load } from '../store.ts';

export default function stateCommand(words: readonly string[], { root }: Context): number {
  const parsed = parseWords('state', {}, words, [1, 1]);
  if (!parsed) return 0;
  print(`${JSON.stringify(report(load(root, parsed.rest[0] as string)), null, 2)}\n`);
  return 0;
}
