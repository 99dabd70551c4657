// slipway restart

import { known } from '../../engine/known.ts';
import { restart } from '../../engine/start.ts';
import { forEach } from '../each.ts';
import { say } from '../errors.ts';
import { STOP_FLAGS } from '../stop-flags.ts';
import { parseOrHelp } from '../with-help.ts';

export default function restartCommand(words: readonly string[]): number {
  const parsed = parseOrHelp('restart', STOP_FLAGS, words, { mixed: true });
  if (!parsed) return 0;
  const { signal, timeout: timeoutSeconds } = parsed.values;
  return forEach(parsed.rest, 'restart', (reference) => restart(reference, known({ signal, timeoutSeconds }), say));
}
