// Every lesson on this machine: what its commands show is what it says, and its exercise fails as shipped and passes solved.
// The commands are the same in both languages (test/learn/lessons.test.ts).

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { objectionTo } from '../../../src/learn/expectation.ts';
import { HOME } from '../../../src/learn/home.ts';
import { lessonNames, needsOf, readLesson, type Step } from '../../../src/learn/lesson.ts';
import { runStep } from '../../../src/learn/run-step.ts';
import { homeOf, slipway } from '../slipway.ts';
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

function expectAnswers({ command, answers }: Step, output: string): void {
  if (answers.length === 0) return;
  const right = answers.filter(({ isRight }) => isRight.test(output)).map(({ letter }) => letter);
  expect(right, `${command}\n\n${output}`).toHaveLength(1);
}

describe('a step', () => {
  test.each(steps)('$name $number $step.title', async ({ step }) => {
    const { output, objection } = await runStep(step);
    expect(objection, `${step.command}\n\n${output}`).toBeUndefined();
    expectAnswers(step, output);
  });
});

const forAll = steps.filter(({ name }) => ['01-process', '02-chroot', '08-exec', '10-runtime'].includes(name));

describe('a step, as an ordinary user', () => {
  test.each(forAll)('$name $number $step.title', async ({ step }) => {
    const line = `exec 2>&1; PATH='${HOME}':$PATH\n${step.command}`;
    const { stdout, code } = await slipway(['guard', 'sh', '-c', line], { user: ordinaryUser() });
    expect(objectionTo(stdout, code, step.expect), `${step.command}\n\n${stdout}`).toBeUndefined();
    expectAnswers(step, stdout);
  });
});

/** The goals that an exercise reaches as it is shipped. */
const REACHED: Readonly<Record<string, unknown>> = {
  '05-cgroups': ['code'],
  '08-exec': ['exit-code'],
  '11-supervise': ['exit'],
  '09-run': expect.any(Array), // much of a run is there already
};

describe.each([
  ['root', undefined],
  ['an ordinary user', ordinaryUser()],
] as const)('the exercise, as %s, of', (_, user) => {
  test.each(lessonNames().filter((name) => user === undefined || needsOf(name).length === 0))('%s', async (name) => {
    const learner = new Learner(user);
    const shipped = await learner.does('check', name, '--json');
    expect(shipped, shipped.stdout).toMatchObject({ code: 1, stderr: '' });
    const { goals } = JSON.parse(shipped.stdout) as { goals: { name: string; ok: boolean; leftOut?: object }[] };
    expect(goals.flatMap(({ name, ok, leftOut }) => (ok && !leftOut ? name : []))).toEqual(REACHED[name] ?? []);
    learner.solve(name);
    const solved = await learner.does('check', name);
    expect(solved, solved.stdout).toMatchObject({ code: 0, stderr: '' });
  });
});

const needy = lessonNames().filter((name) => needsOf(name).length > 0);

test.each(needy)('an ordinary user is told what %s needs', async (name) => {
  const learner = new Learner(ordinaryUser());
  learner.solve(name);
  const { code, stdout, stderr } = await learner.does('check', name);
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain('This lesson needs root');
  expect((await learner.does('lesson', name)).stdout).toContain('This lesson needs root');
});
