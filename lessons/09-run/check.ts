// The conformance suite, asked of the learner's own `run`: the goals that `slipway conform` asks of any program.

import { CONFORM_GOALS } from '../../src/learn/conform/goals.ts';
import { Subject } from '../../src/learn/conform/subject.ts';
import type { Check } from '../../src/learn/goal.ts';
import { HINTS } from './hints.ts';

export const check: Check = {
  file: 'my-run.ts',
  goals: CONFORM_GOALS.map((goal) => ({
    ...goal,
    hints: HINTS[goal.name] ?? [],
    ask: (lab) => goal.ask(new Subject(lab, ['run'], { mayLack: false })),
  })),
};
