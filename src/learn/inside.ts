// The check's inner half, which runs in the guard: `inside.ts LESSON FILE` starts the learner's file, asks each goal of the
// lesson twice, and prints a line of JSON for each answer.

import { join } from 'node:path';
import { askAll } from './ask-all.ts';
import type { Check } from './goal.ts';
import { Lab } from './lab/lab.ts';
import { LESSONS } from './lesson.ts';
import { warmUp } from './warm-up.ts';

const [lesson = '', file = ''] = process.argv.slice(2);
const { check } = (await import(join(LESSONS, lesson, 'check.ts'))) as { check: Check };
await warmUp(file);
await askAll(check.goals, () => new Lab(file));
