// slipway attach

import { onlyWord, orOne } from '../each.ts';
import { switchOn, toggle, valueOr } from '../flag-kinds.ts';
import { DETACH_KEYS, parseDetachKeys } from '../parse/attach.ts';
import { visitAndTell } from '../visit.ts';
import { parseOrHelp } from '../with-help.ts';

const FLAGS = {
  'no-stdin': toggle('Leave our stdin alone'),
  'sig-proxy': switchOn('Pass the signals that we get on to it (true)'),
  'detach-keys': valueOr('KEYS', 'Leave it by these keys (ctrl-p,ctrl-q)', parseDetachKeys, DETACH_KEYS),
};

export default function attachCommand(words: readonly string[]): number | Promise<number> {
  const parsed = parseOrHelp('attach', FLAGS, words, { mixed: true });
  if (!parsed) return 0;
  const { 'no-stdin': noStdin, 'sig-proxy': passSignals, 'detach-keys': detachKeys } = parsed.values;
  const reference = onlyWord(parsed.rest, 'attach');
  return orOne(() => visitAndTell(reference, { interactive: !noStdin, passSignals, detachKeys }));
}
