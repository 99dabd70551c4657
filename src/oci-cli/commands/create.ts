// slipway-oci create: a container of a bundle, whose program waits for `start`.

import { createContainer } from '../create.ts';
import { CREATE_FLAGS, toCreation } from '../create-flags.ts';
import type { Context } from '../globals.ts';
import { parseWords } from '../help.ts';

export default function createCommand(words: readonly string[], context: Context): number {
  const parsed = parseWords('create', CREATE_FLAGS, words, [1, 1]);
  if (!parsed) return 0;
  const { values, rest } = parsed;
  createContainer(toCreation(rest[0] as string, values, context, { isDetached: true }));
  return 0;
}
