// Hints come in tiers: each time one more, from a push in the right direction to the solution.

import { gapsOf } from './gap.ts';
import type { Goal } from './goal.ts';
import { requireCheck } from './load-check.ts';
import type { Progress } from './progress.ts';
import type { Text } from './text.ts';

export interface Hint {
  goal: Goal;
  /** From 1 to `tiers`. */
  tier: number;
  tiers: number;
  text: Text;
  /** The last: lines of source, not a sentence. */
  isSolution: boolean;
}

/** All hints for the goal that failed at the last check, or for the first of the lesson. The last is the solution. */
export function hintsFor(progress: Progress, lesson: string): Hint[] {
  const { goals } = requireCheck(lesson);
  const goal = (goals.find(({ name }) => name === progress.failing(lesson)) ?? goals[0]) as Goal;
  const solution = gapsOf(lesson)
    .map(({ solution }) => solution.join('\n'))
    .join('\n…\n');
  return [...goal.hints, { en: solution, zh: solution }].map((text, index, all) => {
    return { goal, text, tier: index + 1, tiers: all.length, isSolution: index === all.length - 1 };
  });
}

/** Shows one more than the last time. @returns all that are shown now. */
export function nextHint(progress: Progress, lesson: string): Hint[] {
  const hints = hintsFor(progress, lesson);
  const goal = hints[0]?.goal.name as string;
  const shown = Math.min(progress.hintsShown(lesson, goal) + 1, hints.length);
  progress.setHintsShown(lesson, goal, shown);
  return hints.slice(0, shown);
}
