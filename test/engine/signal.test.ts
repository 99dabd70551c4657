import { constants } from 'node:os';
import { expect, test } from 'vitest';
import { parseSignal } from '../../src/engine/signal.ts';

test.each(Object.entries(constants.signals))(
  '%s by its name, with and without SIG, in small letters, and by its number',
  (name, number) => {
    const short = name.slice('SIG'.length);
    for (const text of [name, short, short.toLowerCase(), String(number)]) expect(parseSignal(text)).toBe(number);
  },
);

test.each(['', 'SIG', 'FOO', '-9', '65', '9x', 'SIGSIGTERM'])('"%s" is none', (text) => {
  expect(() => parseSignal(text)).toThrow(`unknown signal "${text}"`);
});
