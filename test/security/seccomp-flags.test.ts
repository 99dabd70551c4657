import { expect, test } from 'vitest';
import { filterFlags } from '../../src/security/seccomp-flags.ts';

const flagsOf = (flags?: string[]) => filterFlags({ defaultAction: 'SCMP_ACT_ALLOW', ...(flags ? { flags } : {}) });

test('a filter leaves speculation alone unless the profile says otherwise', () => {
  expect([flagsOf(), flagsOf([])]).toEqual([4, 0]);
});

test('flags add up', () => {
  const names = ['LOG', 'SPEC_ALLOW', 'TSYNC'].map((name) => `SECCOMP_FILTER_FLAG_${name}`);
  expect(flagsOf(names)).toBe(6);
});

test('a flag that does not exist is refused', () => {
  expect(() => flagsOf(['SECCOMP_FILTER_FLAG_FAST'])).toThrow('no flag SECCOMP_FILTER_FLAG_FAST');
});
