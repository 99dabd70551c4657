import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { statField } from '../../src/linux/proc-stat.ts';

test('fields are numbered as in the man page, whatever the name is', () => {
  const line = '7 (a) R 1 (b) S 1 7 7 0 -1 4194560';
  expect([3, 4, 9, 50].map((number) => statField(line, number))).toEqual(['S', '1', '4194560', undefined]);
});

test('the kernel writes such a line', () => {
  expect(statField(readFileSync('/proc/self/stat', 'utf8'), 4)).toBe(String(process.ppid));
});
