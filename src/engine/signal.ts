// Signals as people write them.

import { SIGNALS } from '../linux/constants.ts';

/** `TERM`, and the like. */
export const SIGNAL_NAMES: readonly string[] = Object.keys(SIGNALS).map((name) => name.replace(/^SIG/, ''));

const LARGEST = 64;

/** The numbers between are of no fixed meaning; libc keeps the first two for itself, see signal(7). */
const RTMIN = 34;
const RTMAX = LARGEST;

const OTHER_NAMES: Readonly<Record<string, keyof typeof SIGNALS>> = { IOT: 'SIGABRT', CLD: 'SIGCHLD', POLL: 'SIGIO' };

/** `TERM`, `SIGTERM`, `term`, `15`, `RTMIN+3`. @throws Error for what is none. */
export function parseSignal(text: string): number {
  if (/^\d+$/.test(text) && Number(text) <= LARGEST) return Number(text);
  const name = text.toUpperCase().replace(/^SIG/, '');
  const number = (SIGNALS as Record<string, number>)[OTHER_NAMES[name] ?? `SIG${name}`] ?? realtimeSignal(name);
  if (number === undefined) throw new Error(`unknown signal "${text}": it is a name such as TERM, or a number`);
  return number;
}

/** `RTMIN+3` asks systemd to shut down: images of it have that for their stop signal. */
function realtimeSignal(name: string): number | undefined {
  const [, end, distance = '0'] = /^RT(MIN|MAX)([+-]\d+)?$/.exec(name) ?? [];
  if (!end) return undefined;
  const number = (end === 'MIN' ? RTMIN : RTMAX) + Number(distance);
  return number >= RTMIN && number <= RTMAX ? number : undefined;
}
