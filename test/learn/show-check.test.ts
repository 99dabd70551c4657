// What a reader is told of a goal; and that a failure which is like the one above it is not told twice.

import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
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

const GOAL = { title: { en: 'it has a root', zh: '它有根' } };
const LOOK = { language: 'en', width: 120 } as const;

function failedCall(subject: string, { line = 23, errno = 22 } = {}): Result {
  const report = { message: subject, call: 'setns', subject, errno, code: 'EINVAL', file: '/x.ts', line };
  return { goal: 'root', ok: false, seen: { en: subject, zh: subject }, report };
}

const seen = (text: string): Result => ({ goal: 'root', ok: false, seen: { en: text, zh: text } });

/** What is shown of the second below the first. */
function below(first: Result, second: Result): string {
  return stripVTControlCharacters(showResult(second, GOAL, LOOK, first).join('\n'));
}

describe('the failure of a goal below another one', () => {
  test.each([
    [
      'a call on the folders of another lab',
      failedCall('chroot("/tmp/lab-Fowods/root-0")'),
      failedCall('chroot("/tmp/lab-tAD2b2/root-1")'),
    ],
    [
      'a call on another descriptor and namespace',
      failedCall('setns(23<mnt:[4026532400]>, 0)'),
      failedCall('setns(28<mnt:[4026532399]>, 0)'),
    ],
    [
      'a container of another id',
      seen(`cannot start ${'1a'.repeat(32)} of /tmp/lab-U8ATBh/rootfs-0`),
      seen(`cannot start ${'2b'.repeat(32)} of /tmp/lab-tAD2b2/rootfs-0`),
    ],
    ['words that are the same', seen('its /proc is empty'), seen('its /proc is empty')],
  ])('is "as above" for %s', (_, first, second) => {
    expect(below(first, second)).toMatch(/^✗ it has a root\n {4}as above$/);
  });

  test.each([
    ['another kind of namespace', failedCall('setns(23<mnt:[1]>, 0)'), failedCall('setns(23<user:[1]>, 0)')],
    ['another line', failedCall('setns(23, 0)'), failedCall('setns(23, 0)', { line: 24 })],
    ['another errno', failedCall('setns(23, 0)'), failedCall('setns(23, 0)', { errno: 1 })],
    ['another number', seen('it ended with 1'), seen('it ended with 2')],
  ])('is told for %s', (_, first, second) => {
    expect(below(first, second)).toMatch(/^ +seen /m);
  });

  test('never stands below a goal that is reached', () => {
    expect(below({ goal: 'root', ok: true }, { goal: 'root', ok: true })).toBe('✓ it has a root');
  });
});
