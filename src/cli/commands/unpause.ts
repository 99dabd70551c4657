// slipway unpause

import { unpause } from '../../engine/pause.ts';
import { forEach } from '../each.ts';
import { parseOrHelp } from '../with-help.ts';

export default function unpauseCommand(words: readonly string[]): number {
  const parsed = parseOrHelp('unpause', {}, words, { groups: {}, mixed: true });
  return parsed ? forEach(parsed.rest, 'unpause', unpause) : 0;
}
