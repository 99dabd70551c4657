// What a lesson's check.ts is made of: goals, each a question to the live kernel.
//
//     export const check: Check = { goals: [{ name: 'root', title: …, hints: …, ask: async (lab) => … }] };
//
// A goal never looks at what the learner's program prints, only at what it has made of the machine: any program that
// reaches the state passes.

import type { Lab } from './lab/lab.ts';
import type { Text } from './text.ts';

export interface Check {
  goals: readonly Goal[];
  /** The file in the workspace, when it is not exercise.ts. */
  file?: string;
}

export interface Goal {
  /** A word: `pid`. */
  name: string;
  title: Text;
  /** From a push in the right direction to the lines of the solution. */
  hints: readonly Text[];
  /** Asks, and says what was seen. A program that failed on the way is told by the lab's own errors. */
  ask(lab: Lab): Promise<Answer>;
}

/** True, or what was seen in place of what should have been, or why this cannot be asked here. */
export type Answer = true | Text | LeftOut;

export interface LeftOut {
  leftOut: Text;
}

/** For most goals: `isTrue(a === b, { en: …, zh: … })`. */
export function isTrue(holds: boolean, seen: Text): Answer {
  return holds || seen;
}
