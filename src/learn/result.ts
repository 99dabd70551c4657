// What the check's inner half (inside.ts), in the guard, says to its outer half (check.ts): a line of JSON for each.

import type { Report } from './lab.ts';
import type { Text } from './text.ts';

export interface Result {
  goal: string;
  ok: boolean;
  /** What was seen in place of what should have been. */
  seen?: Text;
  report?: Report;
}
