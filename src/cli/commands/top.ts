// slipway top

import { top } from '../../engine/top.ts';
import { orOne } from '../each.ts';
import { UsageError } from '../flags.ts';
import { print } from '../print.ts';
import { layOut } from '../tabs.ts';
import { parseOrHelp } from '../with-help.ts';

/** As Docker's columns are. */
const LEAST_WIDTH = 20;

export default function topCommand(words: readonly string[]): number | Promise<number> {
  const parsed = parseOrHelp('top', {}, words, { groups: {} });
  if (!parsed) return 0;
  const [reference, ...options] = parsed.rest;
  if (reference === undefined) throw new UsageError('a container is missing: slipway top CONTAINER [ps OPTIONS]');
  return orOne(() => {
    const { titles, rows } = top(reference, options);
    print(layOut([titles, ...rows].map((row) => `${row.join('\t')}\n`).join(''), LEAST_WIDTH));
    return 0;
  });
}
