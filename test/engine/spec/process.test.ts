// The program.

import { expect, test } from 'vitest';
import { mergeEnv } from '../../../src/engine/spec/process.ts';

test('the environment: the later value counts, at the place of the first', () => {
  expect(mergeEnv(['A=1', 'B=2'], ['C=3', 'A=4'])).toEqual(['A=4', 'B=2', 'C=3']);
  expect(mergeEnv(['A=1', 'B=2'], ['A'])).toEqual(['B=2']);
  expect(mergeEnv(['A=1'], ['A', 'A=2'])).toEqual(['A=2']);
  expect(mergeEnv([], ['A=b=c', 'NONE'])).toEqual(['A=b=c']);
});
