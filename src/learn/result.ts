// What the check's inner half (inside.ts), in the guard, says to its outer half (check.ts): a line of JSON for each goal.

import type { Report } from './lab/report.ts';
import type { Text } from './text.ts';

export interface Result {
  goal: string;
  ok: boolean;
  /** Why it was not asked. */
  leftOut?: Text;
  /** Nothing could be asked here, for the reason in `seen`: it says nothing about the program. */
  unasked?: true;
  /** What was seen in place of what should have been. */
  seen?: Text;
  /** The error that ended the learner's program. */
  report?: Report;
  /** An error that nobody caught in the learner's program, whose command ran all the same. */
  besides?: Report;
  /** What the learner's program printed. */
  output?: string;
  /** The stack of a mistake in the check itself, which is ours and not the learner's. */
  ours?: string;
}
