// slipway wait

import { awaitExit } from '../../engine/stop.ts';
import { EachResult } from '../each.ts';
import { print } from '../print.ts';
import { parseOrHelp } from '../with-help.ts';

/** As with Docker, one after another. */
export default function waitCommand(words: readonly string[]): number {
  const parsed = parseOrHelp('wait', {}, words, { groups: {}, mixed: true });
  if (!parsed) return 0;
  const results = new EachResult(parsed.rest, 'wait');
  for (const reference of parsed.rest) {
    try {
      print(`${awaitExit(reference)}\n`);
    } catch (error) {
      results.failed(reference, error);
    }
  }
  return results.code;
}
