// slipway-oci run: `create` and `start` in one, and by default also the waiting for the end.

import { toggle } from '../../cli/flag-kinds.ts';
import { runAttended } from '../attended-run.ts';
import { type Creation, createContainer } from '../create.ts';
import { CREATE_FLAGS, toCreation } from '../create-flags.ts';
import { destroy } from '../destroy.ts';
import type { Context } from '../globals.ts';
import { parseWords } from '../help.ts';
import { startProgram } from '../start.ts';

const FLAGS = {
  ...CREATE_FLAGS,
  detach: toggle('Do not wait for the end', { short: 'd' }),
  keep: toggle('Leave what has stopped there for `delete`'),
  'no-subreaper': toggle('Accepted and not needed'),
};

export default function runCommand(words: readonly string[], context: Context): Promise<number> | number {
  const parsed = parseWords('run', FLAGS, words, [1, 1]);
  if (!parsed) return 0;
  const { detach, keep } = parsed.values;
  const creation = toCreation(parsed.rest[0] as string, parsed.values, context, { isDetached: detach });
  return detach ? runDetached(creation) : runAttended(creation, { keep });
}

function runDetached(creation: Creation): number {
  const container = createContainer(creation);
  try {
    startProgram(container);
    return 0;
  } catch (error) {
    for (const sentence of destroy(container, creation.spec)) creation.log.warn(sentence);
    throw error;
  }
}
