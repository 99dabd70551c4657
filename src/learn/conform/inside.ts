// The inner half of `slipway conform`, in the guard: `inside.ts TIMES IMAGE CMD…` asks each goal so often, and prints a
// line of JSON for each answer. IMAGE is empty where the program takes a folder.

import { askAll } from '../ask-all.ts';
import { Lab } from '../lab/lab.ts';
import { warmUp } from '../warm-up.ts';
import { CONFORM_GOALS } from './goals.ts';
import { Subject } from './subject.ts';

const [times, named, program = '', ...words] = process.argv.slice(2);
const image = named || undefined;
const goals = CONFORM_GOALS.map((goal) => ({
  ...goal,
  ask: (lab: Lab) => goal.ask(new Subject(lab, words, { image })),
}));
for (const word of words.filter((each) => each.endsWith('.ts'))) await warmUp(word);
await askAll(goals, () => new Lab([program]), Number(times));
