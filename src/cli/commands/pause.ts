// slipway pause

import { pause } from '../../engine/pause.ts';
import { forEach } from '../each.ts';
import { parseOrHelp } from '../with-help.ts';

export default function pauseCommand(words: readonly string[]): number {
  const parsed = parseOrHelp('pause', {}, words, { groups: {}, mixed: true });
  return parsed ? forEach(parsed.rest, 'pause', pause) : 0;
}
