// What a loop has to do at a time.

import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { Timers } from '../../src/runtime/timers.ts';

const done: string[] = [];
const act = (name: string) => () => void done.push(name);

async function runAll(timers: Timers): Promise<string[]> {
  done.length = 0;
  for (let ms = timers.untilNextMs(); ms >= 0; ms = timers.untilNextMs()) {
    await sleep(ms);
    timers.runDue();
  }
  return [...done];
}

describe('timers', () => {
  test('without any, poll may wait for ever', () => {
    expect(new Timers().untilNextMs()).toBe(-1);
  });

  test('are done in their order, each once', async () => {
    const timers = new Timers();
    timers.set('late', 30, act('late'));
    timers.set('early', 5, act('early'));
    expect(timers.untilNextMs()).toBeLessThanOrEqual(5);
    expect(await runAll(timers)).toEqual(['early', 'late']);
  });

  test('a new time replaces the old one, and clear takes it away', async () => {
    const timers = new Timers();
    timers.set('a', 0, act('old'));
    timers.set('a', 5, act('new'));
    timers.set('b', 0, act('never'));
    timers.clear('b');
    expect(await runAll(timers)).toEqual(['new']);
  });

  test('setAtLatest keeps what is sooner', async () => {
    const timers = new Timers();
    timers.set('a', 5, act('first'));
    timers.setAtLatest('a', 10_000, act('later'));
    timers.setAtLatest('b', 10_000, act('late'));
    timers.setAtLatest('b', 1, act('sooner'));
    expect((await runAll(timers)).toSorted()).toEqual(['first', 'sooner']);
  });

  test('one that is due can take away another that is due', async () => {
    const timers = new Timers();
    timers.set('a', 0, () => timers.clear('b'));
    timers.set('b', 0, act('b'));
    expect(await runAll(timers)).toEqual([]);
  });

  test('one can be repeated until it is cleared', async () => {
    const timers = new Timers();
    let count = 0;
    timers.repeat('again', 1, () => {
      done.push('again');
      if (++count === 3) timers.clear('again');
    });
    expect(await runAll(timers)).toEqual(['again', 'again', 'again']);
  });
});
