// The gap: the lines in which an exercise and its solution differ.

import { readFileSync } from 'node:fs';
import { shippedFile, solutionFile } from './workspace.ts';

export interface Gap {
  /** What stands there in the exercise, the TODO among it. */
  exercise: string[];
  /** What fills it. */
  solution: string[];
}

export function gapOf(lesson: string): Gap {
  const [exercise, solution] = [shippedFile(lesson), solutionFile(lesson)].map((file) =>
    readFileSync(file, 'utf8').split('\n'),
  ) as [string[], string[]];
  const before = sameLines(exercise, solution);
  const behind = sameLines(exercise.slice(before).reverse(), solution.slice(before).reverse());
  return {
    exercise: exercise.slice(before, exercise.length - behind),
    solution: solution.slice(before, solution.length - behind),
  };
}

/** How many lines are the same from the beginning. */
function sameLines(one: readonly string[], other: readonly string[]): number {
  const end = Math.min(one.length, other.length);
  for (let at = 0; at < end; at++) if (one[at] !== other[at]) return at;
  return end;
}
