// Signals as people write them.

import { SIGNALS } from '../linux/constants.ts';

/** `TERM`, and the like. */
export const SIGNAL_NAMES: readonly string[] = Object.keys(SIGNALS).map((name) => name.replace(/^SIG/, ''));

const LARGEST = 64;

/** `TERM`, `SIGTERM`, `term`, `15`. @throws Error for what is none. */
export function parseSignal(text: string): number {
  if (/^\d+$/.test(text) && Number(text) <= LARGEST) return Number(text);
  const name = text.toUpperCase();
  const number = (SIGNALS as Record<string, number>)[name.startsWith('SIG') ? name : `SIG${name}`];
  if (number === undefined) throw new Error(`unknown signal "${text}": it is a name such as TERM, or a number`);
  return number;
}
