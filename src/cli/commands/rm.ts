// slipway rm

import { endAll, remove } from '../../engine/remove.ts';
import { forEach } from '../each.ts';
import { later, toggle } from '../flag-kinds.ts';
import { parseOrHelp } from '../with-help.ts';

const FLAGS = {
  force: toggle('End its program first, if it runs', { short: 'f' }),
  volumes: toggle('Remove its anonymous volumes too', { short: 'v' }),
};

const LATER = {
  link: later('--link needs a network with a bridge, which comes later', { short: 'l' }),
};

export default function rmCommand(words: readonly string[]): number {
  const parsed = parseOrHelp('rm', FLAGS, words, { later: LATER, mixed: true });
  if (!parsed) return 0;
  const ended = parsed.values.force ? endAll(parsed.rest) : undefined;
  return forEach(parsed.rest, 'rm', (reference) => remove(reference, parsed.values, ended?.get(reference)));
}
