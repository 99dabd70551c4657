import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { numberOf, SYSCALL_NUMBERS } from '../../src/linux/numbers.ts';
import { ARM64_NUMBERS, hasFile, isMissing, X86_64_NUMBERS } from './missing.ts';

/** `#define __NR_getcwd 17`, and in the generic table also `__NR3264_`, for calls that 32-bit machines have twice. */
function definedNumbers(path: string): Map<string, number> {
  const defines = readFileSync(path, 'utf8').matchAll(/^#define __NR(?:3264)?_(\w+) (\d+)/gm);
  return new Map([...defines].map(([, name = '', number]) => [name, Number(number)]));
}

describe.each([
  ['x86_64', X86_64_NUMBERS, 0],
  ['arm64', ARM64_NUMBERS, 1],
] as const)('on %s', (_, header, column) => {
  test.skipIf(isMissing(header, hasFile(header)))('the numbers are those of the kernel headers', () => {
    const defined = definedNumbers(header);
    const ours = Object.entries(SYSCALL_NUMBERS).map(([name, pair]) => [name, pair[column]]);
    expect(ours).toEqual(Object.keys(SYSCALL_NUMBERS).map((name) => [name, defined.get(name)]));
  });
});

test('numberOf gives the number of this machine', () => {
  expect(numberOf('pivot_root')).toBe(process.arch === 'arm64' ? 41 : 155);
  expect(numberOf('clone3')).toBe(435);
});
