import { constants } from 'node:os';
import { expect, test } from 'vitest';
import { ERRNO, errnoName, errnoText } from '../../src/linux/errno.ts';

const known = Object.entries(constants.errno).filter(([name]) => name in ERRNO);

test.each(known)("%s has this machine's number", (name, number) => {
  expect(ERRNO[name as keyof typeof ERRNO]).toBe(number);
});

test.each(Object.entries(ERRNO))('%s has a name and a meaning', (name, number) => {
  expect(errnoName(number)).toBe(name);
  expect(errnoText(number)).toMatch(/^[a-z]/);
  expect(errnoText(number)).not.toBe('unknown error');
});

test('a number that nobody knows keeps its number', () => {
  expect(errnoName(999)).toBe('errno 999');
  expect(errnoText(999)).toBe('unknown error');
});
