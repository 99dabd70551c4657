import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { addressOf, attempt, bind, call, isErrno, outcome } from '../../src/linux/door.ts';
import { SyscallError } from '../../src/linux/errors.ts';

const chdir = bind('int chdir(const char *path)');
const show = (result: number) => `"/missing", ${result}`;

describe('call', () => {
  test('returns what the function returned', () => {
    const abs = bind('long labs(long value)');
    expect(call('labs', show, () => abs(-(2 ** 40)))).toBe(2 ** 40);
  });

  test('throws errno for -1, with the arguments as they are afterwards', () => {
    const run = () => call('chdir', show, () => chdir('/missing'), 'to the moon');
    expect(run).toThrow(SyscallError);
    expect(run).toThrow(expect.objectContaining({ call: 'chdir', errno: 2, args: '"/missing", -2' }));
    expect(run).toThrow('chdir to the moon: no such file or directory (ENOENT)');
  });

  test('attempt returns -errno instead', () => {
    expect(attempt('chdir', show, () => chdir('/missing'))).toBe(-2);
    expect(attempt('chdir', show, () => chdir('.'))).toBe(0);
  });

  test('outcome takes numbers of all sizes', () => {
    expect([outcome(0), outcome(2 ** 31), outcome(2n ** 40n), outcome(-2)]).toEqual([0, 2 ** 31, 2 ** 40, -2]);
  });
});

describe('bind', () => {
  test('refuses a path with a zero byte, where C would end it', () => {
    expect(() => chdir('/tmp\0/x')).toThrow('"/tmp\\u0000/x" has a zero byte in it');
  });

  test('refuses a list with such a string', () => {
    const execve = bind('int execve(const char *path, const char **argv, const char **envp)');
    expect(() => execve('/missing', ['a', 'b\0c', null], [null])).toThrow('"b\\u0000c" has a zero byte in it');
  });
});

test('isErrno tells errors apart', () => {
  const error = new SyscallError('chdir', '', 2);
  expect([isErrno(error, 'EPERM', 'ENOENT'), isErrno(error, 'EPERM'), isErrno(new Error('ENOENT'), 'ENOENT')]).toEqual([
    true,
    false,
    false,
  ]);
});

test('the bytes of a Buffer stay where they are when garbage is collected', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const buffers = Array.from({ length: 5000 }, (_, index) => Buffer.alloc(1 + (index % 200), index));
  const addresses = buffers.map(addressOf);
  for (let round = 0; round < 3; round++) {
    Array.from({ length: 50_000 }, (_, index) => ({ index }));
    collect();
  }
  expect(buffers.map(addressOf)).toEqual(addresses);
  const memcmp = bind('int memcmp(uintptr_t address, const void *buffer, size_t length)');
  expect(buffers.filter((buffer, index) => memcmp(addresses[index], buffer, buffer.length) !== 0)).toEqual([]);
});
