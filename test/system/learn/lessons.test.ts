// Every lesson on this machine: what its commands show is what it says, and its exercise fails as shipped and passes solved.
// The commands are the same in both languages (test/learn/lessons.test.ts).

import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lessonNames, needsOf, readLesson } from '../../../src/learn/lesson.ts';
import { runStep } from '../../../src/learn/run-step.ts';
import { shippedFile } from '../../../src/learn/workspace.ts';
import { homeOf } from '../slipway.ts';
import { ordinaryUser } from '../users.ts';
import { Learner } from './workspaces.ts';

const before = { ...process.env };
beforeAll(() => {
  Object.assign(process.env, homeOf());
});
afterAll(() => {
  process.env = before;
});

const steps = lessonNames()
  .flatMap((name) => readLesson(name, 'en').steps.map((step, index) => ({ name, number: index + 1, step })))
  .filter(({ step }) => step.command !== undefined);

describe('a step', () => {
  test.each(steps)('$name $number $step.title', async ({ step }) => {
    const { output, objection } = await runStep(step);
    expect(objection, `${step.command}\n\n${output}`).toBeUndefined();
    if (step.answers.length === 0) return;
    const right = step.answers.filter(({ isRight }) => isRight.test(output)).map(({ letter }) => letter);
    expect(right, `${step.command}\n\n${output}`).toHaveLength(1);
  });
});

const exercises = lessonNames().filter((name) => existsSync(shippedFile(name)));

describe.each([
  ['root', undefined],
  ['an ordinary user', ordinaryUser()],
] as const)('the exercise, as %s, of', (_, user) => {
  test.each(exercises.filter((name) => user === undefined || needsOf(name).length === 0))('%s', async (name) => {
    const learner = new Learner(user);
    const shipped = await learner.does('check', name);
    expect(shipped, shipped.stdout).toMatchObject({ code: 1, stderr: '' });
    learner.solve(name);
    const solved = await learner.does('check', name);
    expect(solved, solved.stdout).toMatchObject({ code: 0, stderr: '' });
  });
});

const needy = exercises.filter((name) => needsOf(name).length > 0);

test.each(needy)('an ordinary user is told what %s needs', async (name) => {
  const learner = new Learner(ordinaryUser());
  learner.solve(name);
  const { code, stdout, stderr } = await learner.does('check', name);
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain('This lesson needs root');
  expect((await learner.does('lesson', name)).stdout).toContain('This lesson needs root');
});
