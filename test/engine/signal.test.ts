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

test.each([
  ['RTMIN', 34],
  ['SIGRTMIN+3', 37], // an image of systemd ends by it
  ['rtmax-1', 63],
  ['RTMAX', 64],
])('the realtime signal %s', (name, number) => {
  expect(parseSignal(name)).toBe(number);
});

test.each(['', 'RTMIN-1', 'RTMAX+1', 'RTMIN+31', 'RTMIN3', 'SIG', 'FOO', '-9', '65', '9x', 'SIGSIGTERM'])(
  '"%s" is none',
  (text) => {
    expect(() => parseSignal(text)).toThrow(`unknown signal "${text}"`);
  },
);
