// slipway kill

import { parseSignal, SIGNAL_NAMES } from '../../engine/signal.ts';
import { kill } from '../../engine/stop.ts';
import { SIGKILL } from '../../linux/constants.ts';
import { EachResult } from '../each.ts';
import { say } from '../errors.ts';
import { valueOr } from '../flag-kinds.ts';
import { parseOrHelp } from '../with-help.ts';

const FLAGS = {
  signal: valueOr('SIGNAL', 'Send this signal (SIGKILL)', parseSignal, SIGKILL, { short: 's', values: SIGNAL_NAMES }),
};

export default function killCommand(words: readonly string[]): number {
  const parsed = parseOrHelp('kill', FLAGS, words, { mixed: true });
  if (!parsed) return 0;
  const results = new EachResult(parsed.rest, 'kill');
  kill(parsed.rest, parsed.values.signal, results, say);
  return results.code;
}
