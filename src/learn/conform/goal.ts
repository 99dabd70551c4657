// A goal of the conformance suite: a question about what any program of this shape makes of a machine.

import type { Answer } from '../goal.ts';
import type { Text } from '../text.ts';
import type { Subject } from './subject.ts';

export interface ConformGoal {
  /** A word: `pid-1`. */
  name: string;
  title: Text;
  /** See ask-all.ts. */
  together?: 'look' | 'cleaning';
  ask(subject: Subject): Promise<Answer>;
}
