// A step's command in the guard, and the questions to the host around it.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Step } from '../../../src/learn/lesson.ts';
import { runStep } from '../../../src/learn/run-step.ts';
import { homeOf } from '../slipway.ts';

const step = (command: string, more: Partial<Step> = {}): Step => {
  const expect = { lines: [], never: [], exitCode: 0 };
  return { kind: 'see', title: 'A title', text: 'A text', command, expect, answers: [], ...more };
};

const before = { ...process.env };
beforeAll(() => {
  Object.assign(process.env, homeOf());
});
afterAll(() => {
  process.env = before;
});

describe('a step', () => {
  test('changes the guard, and the host says the same as before', async () => {
    const run = await runStep(step('hostname other; uname -n; exit 3', { host: 'uname -n' }));
    expect(run).toMatchObject({ output: 'other\n', exitCode: 3, objection: { en: 'it ended with 3, not 0' } });
    expect(run.after).toBe(run.before);
  });

  test('whose output is as the lesson says, on both streams, meets no objection', async () => {
    const wanted = { lines: [/^one$/, /^two$/], never: [/^three/], exitCode: 0 };
    expect(await runStep(step('echo one; echo two >&2', { expect: wanted }))).toEqual({
      output: 'one\ntwo\n',
      exitCode: 0,
    });
    expect((await runStep(step('echo one', { expect: wanted }))).objection?.en).toContain('/^two$/');
  });

  test('is not what it says when the host is not as it was', async () => {
    const host = 'cat /proc/sys/kernel/random/uuid';
    expect((await runStep(step('true', { host }))).objection?.en).toContain('not say the same');
  });

  test('finds slipway, which makes containers in it', async () => {
    const { output, exitCode } = await runStep(step('slipway run --rm box echo inside; exit $?'));
    expect({ output, exitCode }).toEqual({ output: 'inside\n', exitCode: 0 });
  });

  test('tells what it prints as it comes, and can be called off', async () => {
    const controller = new AbortController();
    const onOutput = () => controller.abort(new Error('called off'));
    const run = runStep(step('echo ready; sleep 100'), { signal: controller.signal, onOutput });
    await expect(run).rejects.toThrow('called off');
  });

  test('that only asks to read runs nothing', async () => {
    const { command: _, ...reading } = step('');
    expect(await runStep(reading)).toEqual({ output: '', exitCode: 0 });
  });
});
