// slipway-oci start: lets the program of a created container go.

import type { Context } from '../globals.ts';
import { parseWords } from '../help.ts';
import { withLock } from '../lock.ts';
import { startProgram } from '../start.ts';
import { load } from '../store.ts';

export default function startCommand(words: readonly string[], { root }: Context): number {
  const parsed = parseWords('start', {}, words, [1, 1]);
  if (!parsed) return 0;
  const container = load(root, parsed.rest[0] as string);
  withLock(container, () => startProgram(container));
  return 0;
}
