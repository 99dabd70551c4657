// The keys by which somebody leaves a program.

import { describe, expect, test } from 'vitest';
import { DetachKeys } from '../../src/runtime/detach-keys.ts';

const P = '\x10';
const Q = '\x11';

/** What the program gets of what is typed in these pieces, and whether the keys were found. */
function filter(keys: string, ...pieces: string[]): [string, boolean] {
  const filter = new DetachKeys(Buffer.from(keys));
  let text = '';
  for (const piece of pieces) {
    const { bytes, isComplete } = filter.filter(Buffer.from(piece));
    text += bytes.toString();
    if (isComplete) return [text, true];
  }
  return [text, false];
}

describe('the detach keys', () => {
  test.each([
    ['at once', [`${P}${Q}`], '', true],
    ['one after the other', [P, Q], '', true],
    ['behind others', ['ls\n', `x${P}`, Q], 'ls\nx', true],
    ['with more behind them', [`a${P}${Q}b`], 'a', true],
    ['the first alone', [P], '', false],
    ['the first, then another', [P, 'x'], `${P}x`, false],
    ['the first twice, then the second', [P, P, Q], P, true],
    ['the wrong way round', [`${Q}${P}x`], `${Q}${P}x`, false],
    ['none of them', ['船 hello'], '船 hello', false],
  ])('%s', (_, pieces, text, isComplete) => {
    expect(filter(`${P}${Q}`, ...pieces)).toEqual([text, isComplete]);
  });

  test('can be one alone', () => {
    expect(filter('q', 'abq')).toEqual(['ab', true]);
  });
});
