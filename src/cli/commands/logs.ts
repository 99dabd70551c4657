// slipway logs

import { known } from '../../engine/known.ts';
import { showLogs } from '../../engine/logs.ts';
import { onlyWord, orOne } from '../each.ts';
import { say } from '../errors.ts';
import { later, toggle, value } from '../flag-kinds.ts';
import { parseCount } from '../parse/size.ts';
import { parseMoment } from '../parse/time.ts';
import { parseOrHelp } from '../with-help.ts';

const FLAGS = {
  follow: toggle('Go on with what it writes, until it ends', { short: 'f' }),
  timestamps: toggle('Show when each line was written', { short: 't' }),
  tail: value('N', 'Only the last N lines, or all', parseTail, { short: 'n' }),
  since: value('TIME', 'Only what was written since: 2026-01-31T12:00:00Z, or 42m, which is so long ago', parseMoment),
  until: value('TIME', 'Only what was written before', parseMoment),
};

const LATER = {
  details: later('--details comes later: labels are not kept with each line'),
};

/** As with Docker, a number below 0 is all too. */
function parseTail(text: string): number | undefined {
  if (text === 'all' || /^-\d+$/.test(text)) return undefined;
  return parseCount(text);
}

export default function logsCommand(words: readonly string[]): number | Promise<number> {
  const parsed = parseOrHelp('logs', FLAGS, words, { later: LATER, mixed: true });
  if (!parsed) return 0;
  const { follow, timestamps, tail, since, until } = parsed.values;
  const reference = onlyWord(parsed.rest, 'logs');
  return orOne(async () => {
    await showLogs(reference, { follow, timestamps, ...known({ tail, since, until }) }, say);
    return 0;
  });
}
