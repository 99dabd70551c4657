import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lessonNames } from '../../src/learn/lesson.ts';
import { Progress } from '../../src/learn/progress.ts';
import { mistake } from '../mistake.ts';
import { useFolder } from './folder.ts';

const folder = useFolder();
const first = lessonNames()[0] as string;
const read = () => Progress.read(folder());
const [good, bad] = [
  { goal: 'a', ok: true },
  { goal: 'b', ok: false },
];

describe('progress', () => {
  test('is a line for each lesson that is not open', () => {
    const progress = read();
    expect(progress.stateOf(first)).toBe('open');
    progress.set(first, 'done');
    progress.set('99-later', 'skipped');
    expect(readFileSync(join(folder(), 'progress.txt'), 'utf8')).toBe(`${first} done\n99-later skipped\n`);
    expect(read().stateOf(first)).toBe('done');
    progress.set(first, 'open');
    expect(read().stateOf(first)).toBe('open');
  });

  test('stays where the learner is, until they go on', () => {
    expect(read().current()).toBe(first);
    read().goTo(first);
    read().record(first, [good]);
    expect(read().current()).toBe(first);
    expect(read().stateOf(first)).toBe('done');
    expect(read().nextAfter(first)).not.toBe(first);
  });

  test('goes back to open when a solved exercise breaks', () => {
    read().record(first, [good]);
    read().record(first, [good, bad]);
    expect(read().stateOf(first)).toBe('open');
    expect(read().failing(first)).toBe('b');
    read().record(first, [good]);
    expect(read().failing(first)).toBeUndefined();
  });

  test('learns nothing from a check that failed itself, or could not be made here', () => {
    const seen = { en: 'needs root', zh: '需要 root' };
    read().record(first, [good]);
    read().record(first, [{ ...bad, ours: 'Error: …' }]);
    read().record(first, [{ ...bad, unasked: true, seen }]);
    expect(read().stateOf(first)).toBe('done');
    expect(read().failing(first)).toBeUndefined();
  });

  test('leaves a lesson skipped until it is solved', () => {
    read().set(first, 'skipped');
    read().record(first, [bad]);
    expect(read().stateOf(first)).toBe('skipped');
    read().record(first, [good]);
    expect(read().stateOf(first)).toBe('done');
  });

  test('counts the hints for each goal, and forgets a lesson that is reset', () => {
    read().setHintsShown(first, 'b', 2);
    expect(read().hintsShown(first, 'b')).toBe(2);
    expect(read().hintsShown(first, 'a')).toBe(0);
    read().set(first, 'done');
    read().set('99-later', 'done');
    read().forget(first);
    expect(read().hintsShown(first, 'b')).toBe(0);
    expect([read().stateOf(first), read().stateOf('99-later')]).toEqual(['open', 'done']);
  });

  test('says so when it cannot be written', () => {
    const progress = Progress.read(join(folder(), 'gone'));
    expect(mistake(() => progress.set(first, 'done'))).toContain('progress.txt cannot be written: ENOENT');
  });

  test('may be edited by hand', () => {
    writeFileSync(
      join(folder(), 'progress.txt'),
      `\n# mine\n  ${first}   done  \nnonsense\n99-later perhaps\ncurrent gone`,
    );
    expect(read().stateOf(first)).toBe('done');
    expect(read().stateOf('99-later')).toBe('open');
    expect(lessonNames()).toContain(read().current());
  });
});
