// Where an exercise and its solution differ.

import { expect, test } from 'vitest';
import { gapsBetween } from '../../src/learn/gap.ts';

test('each gap is found, and what fills it', () => {
  const exercise = ['begin();', '// TODO: one', 'middle();', 'const flags = 0; // TODO: two', 'end();'];
  const solution = ['begin();', 'one();', 'half();', 'middle();', 'const flags = 1;', 'end();'];
  expect(gapsBetween(exercise, solution)).toEqual([
    { exercise: ['// TODO: one'], solution: ['one();', 'half();'] },
    { exercise: ['const flags = 0; // TODO: two'], solution: ['const flags = 1;'] },
  ]);
});

test('a brace behind a gap is no part of it', () => {
  const exercise = ['function one() {', '  // TODO: it', '}', '', 'function two() {', '}'];
  const solution = ['function one() {', '  if (true) {', '    it();', '  }', '}', '', 'function two() {', '}'];
  expect(gapsBetween(exercise, solution)).toEqual([
    { exercise: ['  // TODO: it'], solution: ['  if (true) {', '    it();', '  }'] },
  ]);
});

test('a gap may be at the end, and there may be none', () => {
  expect(gapsBetween(['begin();', '// TODO'], ['begin();', 'end();', ''])).toHaveLength(1);
  expect(gapsBetween(['begin();'], ['begin();'])).toEqual([]);
});
