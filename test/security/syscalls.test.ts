import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Abi, syscallTable } from '../../src/security/syscalls.ts';
import { isMissing } from '../linux/missing.ts';

const X86 = '/usr/include/x86_64-linux-gnu/asm';
const GENERIC = '/usr/include/asm-generic/unistd.h';

const numberOf = (abi: Abi, name: string) => syscallTable(abi).find((syscall) => syscall.name === name)?.number;

test.each([
  ['read', 0, 0, 3, 63, 3],
  ['ioctl', 16, 514, 54, 29, 54],
  ['mount', 165, 165, 21, 40, 21],
  ['umount', undefined, undefined, 22, undefined, undefined],
  ['uselib', 134, undefined, 86, undefined, 86],
  ['socketcall', undefined, undefined, 102, undefined, undefined],
  ['arch_prctl', 158, 158, 384, undefined, undefined],
  ['clock_gettime64', undefined, undefined, 403, undefined, 403],
  ['uprobe', 336, 336, undefined, undefined, undefined],
  ['clone3', 435, 435, 435, 435, 435],
  ['file_setattr', 469, 469, 469, 469, 469],
  ['set_tls', undefined, undefined, undefined, undefined, 0xf0005],
])('%s is number %s for x86_64, %s for x32, %s for i386, %s for arm64 and %s for arm', (name, ...numbers) => {
  const abis = ['x86_64', 'x32', 'i386', 'arm64', 'arm'] as const;
  expect(abis.map((abi) => numberOf(abi, name))).toEqual(numbers);
});

describe.each(['x86_64', 'x32', 'i386', 'arm64', 'arm'] as const)('the table of %s', (abi) => {
  test('counts upwards and has no name twice', () => {
    const table = syscallTable(abi);
    const numbers = table.map(({ number }) => number);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    expect(new Set(table.map(({ name }) => name)).size).toBe(table.length);
  });
});

/** `#define __NR_read 0`, for x32 `(__X32_SYSCALL_BIT + 0)`; in the generic header also `__NR3264_fcntl 25`. */
function definedIn(header: string): Map<string, number> {
  const defines = readFileSync(header, 'utf8').matchAll(/^#define __NR(?:3264)?_(\w+)\s+\(?(?:\w+ \+ )?(\d+)\)?$/gm);
  return new Map([...defines].map(([, name = '', number]) => [name, Number(number)]));
}

describe.each<[Abi, string]>([
  ['x86_64', `${X86}/unistd_64.h`],
  ['x32', `${X86}/unistd_x32.h`],
  ['i386', `${X86}/unistd_32.h`],
])('the table of %s', (abi, header) => {
  test.skipIf(isMissing(header, existsSync(header)))("has all that the kernel's header has, and the same", () => {
    const ours = new Map(syscallTable(abi).map(({ name, number }) => [name, number]));
    for (const [name, number] of definedIn(header)) expect([name, ours.get(name)]).toEqual([name, number]);
  });
});

test.skipIf(isMissing(GENERIC, existsSync(GENERIC)))("arm64's numbers are those of the generic header", () => {
  const defined = definedIn(GENERIC);
  const older = syscallTable('arm64').filter(({ number }) => number <= 450);
  const renamed = new Map([['newfstatat', 'fstatat']]);
  for (const { name, number } of older) {
    expect([name, defined.get(renamed.get(name) ?? name)]).toEqual([name, number]);
  }
});
