// The check's inner half, which runs in the guard: `inside.ts LESSON FILE` starts the learner's file, asks each goal of the
// lesson twice, and prints a line of JSON for each answer.

import { askAll } from './ask-all.ts';
import { Lab } from './lab/lab.ts';
import { requireCheck } from './load-check.ts';
import { warmUp } from './warm-up.ts';

const [lesson = '', file = ''] = process.argv.slice(2);
await warmUp(file);
await askAll(requireCheck(lesson).goals, () => new Lab(file));
