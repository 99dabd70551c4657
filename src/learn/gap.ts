// The gaps: the lines in which an exercise and its solution differ.

import { readFileSync } from 'node:fs';
import { shippedFile, solutionFile } from './workspace.ts';

export interface Gap {
  /** What stands there in the exercise, the TODO among it. */
  exercise: string[];
  /** What fills it. */
  solution: string[];
}

/** All gaps of a lesson's exercise, from the top. */
export function gapsOf(lesson: string): Gap[] {
  const [exercise, solution] = [shippedFile(lesson), solutionFile(lesson)].map((file) =>
    readFileSync(file, 'utf8').split('\n'),
  ) as [string[], string[]];
  return gapsBetween(exercise, solution);
}

export function gapsBetween(exercise: readonly string[], solution: readonly string[]): Gap[] {
  const gaps: Gap[] = [];
  let [at, other] = [0, 0];
  while (at < exercise.length || other < solution.length) {
    if (exercise[at] === solution[other]) {
      at++;
      other++;
      continue;
    }
    const [end, otherEnd] = nextSame(exercise, solution, at, other);
    gaps.push({ exercise: exercise.slice(at, end), solution: solution.slice(other, otherEnd) });
    [at, other] = [end, otherEnd];
  }
  return gaps;
}

/** Where both go on alike: at the first line of the exercise that the solution has too. Short ones, as `}`, say nothing. */
function nextSame(exercise: readonly string[], solution: readonly string[], at: number, other: number) {
  for (let end = at; end < exercise.length; end++) {
    const line = exercise[end] ?? '';
    const found = line.trim().length > 3 ? solution.indexOf(line, other) : -1;
    if (found >= 0) return withShortLines(exercise, solution, [end, found], [at, other]);
  }
  return [exercise.length, solution.length] as const;
}

/** The short lines before a line that both have belong to neither gap. */
function withShortLines(
  exercise: readonly string[],
  solution: readonly string[],
  [end, found]: [number, number],
  [at, other]: [number, number],
): readonly [number, number] {
  const isSame = end > at && found > other && exercise[end - 1] === solution[found - 1];
  return isSame ? withShortLines(exercise, solution, [end - 1, found - 1], [at, other]) : [end, found];
}
