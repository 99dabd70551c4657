// What a reader is told of a goal.

import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import type { Result } from '../../src/learn/result.ts';
import { showResult } from '../../src/learn/show-check.ts';

const goal = { title: { en: 'it is root', zh: '它是 root' } };
const missed: Result = { goal: 'user', ok: false, seen: { en: 'it is nobody', zh: '它谁也不是' } };
const report = {
  message: '…',
  subject: 'write /proc/8/uid_map',
  errno: 1,
  code: 'EPERM',
  file: '/w/exercise.ts',
  line: 34,
};

function shown(result: Result, language: 'en' | 'zh' = 'en'): string[] {
  return showResult(result, goal, { language, width: 80, from: '/w' }).map(stripVTControlCharacters);
}

test('a goal that is reached is a line', () => {
  expect(shown({ goal: 'user', ok: true })).toEqual(['✓ it is root']);
});

test('the error that ended the program stands for all else', () => {
  expect(shown({ ...missed, report })).toEqual([
    '✗ it is root',
    '    seen     write /proc/8/uid_map: operation not permitted (EPERM)',
    '    where    exercise.ts:34',
  ]);
});

test('an error that did not keep the command from running is told below what was seen', () => {
  expect(shown({ ...missed, besides: report })).toEqual([
    '✗ it is root',
    '    seen     it is nobody',
    '    failed   write /proc/8/uid_map: operation not permitted (EPERM)',
    '    where    exercise.ts:34',
  ]);
  expect(shown({ ...missed, besides: report }, 'zh')[2]).toBe(
    '    出错     write /proc/8/uid_map：不允许的操作 (EPERM)',
  );
});
