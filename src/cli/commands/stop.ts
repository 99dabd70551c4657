// slipway stop

import { known } from '../../engine/known.ts';
import { stop } from '../../engine/stop.ts';
import { EachResult } from '../each.ts';
import { STOP_FLAGS } from '../stop-flags.ts';
import { parseOrHelp } from '../with-help.ts';

export default function stopCommand(words: readonly string[]): number {
  const parsed = parseOrHelp('stop', STOP_FLAGS, words, { mixed: true });
  if (!parsed) return 0;
  const results = new EachResult(parsed.rest, 'stop');
  stop(parsed.rest, known({ signal: parsed.values.signal, timeoutSeconds: parsed.values.timeout }), results);
  return results.code;
}
