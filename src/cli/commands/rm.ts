// slipway rm

import { remove } from '../../engine/remove.ts';
import { showError } from '../errors.ts';
import { later, toggle } from '../flag-kinds.ts';
import { UsageError } from '../flags.ts';
import { print } from '../print.ts';
import { parseOrHelp } from '../with-help.ts';

const FLAGS = {
  force: toggle('End its program first, if it runs', { short: 'f' }),
  volumes: toggle('Remove its anonymous volumes too', { short: 'v' }),
};

const LATER = {
  link: later('--link needs a network with a bridge, which comes later', { short: 'l' }),
};

/** As with Docker, those that can be removed are, and their names printed; an error of one does not stop the rest. */
export default function rmCommand(words: readonly string[]): number {
  const parsed = parseOrHelp('rm', FLAGS, words, { later: LATER });
  if (!parsed) return 0;
  if (parsed.rest.length === 0) throw new UsageError('a container is missing: slipway rm [flags] CONTAINER …');
  let code = 0;
  for (const reference of parsed.rest) {
    try {
      remove(reference, parsed.values);
      print(`${reference}\n`);
    } catch (error) {
      showError(error);
      code = 1;
    }
  }
  return code;
}
