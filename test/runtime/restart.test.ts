// Which containers are started again, and after how long.

import { describe, expect, test } from 'vitest';
import { type RestartPolicy, Restarts } from '../../src/runtime/restart.ts';

const policy = (name: RestartPolicy['name'], maximumRetries = 0) => ({ name, maximumRetries });
const failed = { exitCode: 1, ranMs: 5 };
const fine = { exitCode: 0, ranMs: 5 };

describe('a container', () => {
  test.each([
    ['no', failed, false],
    ['no', fine, false],
    ['always', failed, true],
    ['always', fine, true],
    ['unless-stopped', fine, true],
    ['on-failure', failed, true],
    ['on-failure', fine, false],
  ] as const)('with %s after %o is started again: %s', (name, end, isWanted) => {
    expect(new Restarts().next(policy(name), end) !== undefined).toBe(isWanted);
  });

  test('that fails is started again so often and no more', () => {
    const restarts = new Restarts();
    const pauses = Array.from({ length: 5 }, () => restarts.next(policy('on-failure', 3), failed));
    expect(pauses).toEqual([100, 200, 400, undefined, undefined]);
    expect(restarts.count).toBe(3);
  });

  test('waits twice as long each time, up to a minute', () => {
    const restarts = new Restarts();
    const pauses = Array.from({ length: 12 }, () => restarts.next(policy('always'), failed));
    expect(pauses.slice(0, 4)).toEqual([100, 200, 400, 800]);
    expect(pauses.slice(-3)).toEqual([51_200, 60_000, 60_000]);
  });

  test('that ran for ten seconds begins with the short pause again', () => {
    const restarts = new Restarts();
    for (let run = 0; run < 5; run++) restarts.next(policy('always'), failed);
    expect(restarts.next(policy('always'), { exitCode: 1, ranMs: 10_000 })).toBe(100);
    expect(restarts.next(policy('always'), failed)).toBe(200);
  });
});
