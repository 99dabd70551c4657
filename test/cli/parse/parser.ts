// A parser of one flag's text: all forms that it takes, and all that it refuses.

import { describe, expect, test } from 'vitest';
import { mistake } from '../../mistake.ts';

/** A table of what a parser gives, and one of what it says. */
export function parser<T>(
  name: string,
  parse: (text: string) => T,
  good: [string, T][],
  bad: [string, string | RegExp][],
): void {
  describe(name, () => {
    test.each(good)('%j', (text, value) => {
      expect(parse(text)).toEqual(value);
    });
    test.each(bad)('%j is refused', (text, sentence) => {
      const said = mistake(() => parse(text));
      if (typeof sentence === 'string') expect(said).toBe(sentence);
      else expect(said).toMatch(sentence);
    });
  });
}
