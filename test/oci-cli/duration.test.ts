import { expect, test } from 'vitest';
import { parseDuration } from '../../src/oci-cli/duration.ts';

test.each([
  ['5s', 5000],
  ['500ms', 500],
  ['1m30s', 90_000],
  ['1.5h', 5_400_000],
  ['2h45m', 9_900_000],
])('%s', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(['', '5', 's', '0s', '-1s', '5 s', '5s!', '1d'])('"%s" is none', (text) => {
  expect(() => parseDuration(text)).toThrow('it is a time above 0');
});
