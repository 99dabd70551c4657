import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lessonNames } from '../../src/learn/lesson.ts';
import { Progress } from '../../src/learn/progress.ts';
import { useFolder } from './folder.ts';

const folder = useFolder();
const first = lessonNames()[0] as string;

describe('progress', () => {
  test('is a line for each lesson that is not open', () => {
    const progress = Progress.read(folder());
    expect(progress.stateOf(first)).toBe('open');
    progress.set(first, 'done');
    progress.set('07-volumes', 'skipped');
    expect(readFileSync(join(folder(), 'progress.txt'), 'utf8')).toBe(`${first} done\n07-volumes skipped\n`);
    expect(Progress.read(folder()).stateOf(first)).toBe('done');
    progress.set(first, 'open');
    expect(Progress.read(folder()).stateOf(first)).toBe('open');
  });

  test('stays where the learner is, until they go on', () => {
    const progress = Progress.read(folder());
    expect(progress.current()).toBe(first);
    progress.goTo(first);
    progress.set(first, 'done');
    expect(Progress.read(folder()).current()).toBe(first);
  });

  test('may be edited by hand', () => {
    writeFileSync(join(folder(), 'progress.txt'), `\n# mine\n  ${first}   done  \nnonsense\n07-volumes perhaps\n`);
    const progress = Progress.read(folder());
    expect(progress.stateOf(first)).toBe('done');
    expect(progress.stateOf('07-volumes')).toBe('open');
  });
});
