// Sizes and plain numbers.

import { describe, expect, test } from 'vitest';
import {
  parseCount,
  parseInteger,
  parseSize,
  parseSizeOrUnlimited,
  parseSwappiness,
} from '../../../src/cli/parse/size.ts';
import { mistake } from '../../mistake.ts';

describe('a size', () => {
  test.each<[string, number]>([
    ['0', 0],
    ['1', 1],
    ['42b', 42],
    ['42B', 42],
    ['1k', 1024],
    ['1K', 1024],
    ['1kb', 1024],
    ['1KiB', 1024],
    ['1.5k', 1536],
    ['0.3k', 307],
    ['64m', 64 * 1024 ** 2],
    ['64 m', 64 * 1024 ** 2],
    ['2g', 2 * 1024 ** 3],
    ['2gb', 2 * 1024 ** 3],
    ['1t', 1024 ** 4],
    ['1p', 1024 ** 5],
  ])('%s is %i bytes', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  test.each(['', ' ', '-1', '+1', 'm', '5x', '1mm', '1 mb x', '1,5m', '1e3', '0x10', '.5m', '5.m', '١', '1bb', '1bib'])(
    '%j is none',
    (text) => {
      expect(mistake(() => parseSize(text))).toBe(
        `invalid size: '${text}'. Write it as 512m: a number, then b, k, m or g`,
      );
    },
  );

  test('can be too much to count', () => {
    expect(mistake(() => parseSize('9p'))).toBe("invalid size: '9p'. It is more than can be counted");
    expect(mistake(() => parseSize('9007199254740993'))).toContain('more than can be counted');
  });

  test('can be -1 where there may be no limit', () => {
    expect(parseSizeOrUnlimited('-1')).toBe(-1);
    expect(parseSizeOrUnlimited('1k')).toBe(1024);
    expect(mistake(() => parseSizeOrUnlimited('-2'))).toContain('invalid size');
  });
});

describe('a number', () => {
  test.each<[string, number]>([
    ['0', 0],
    ['-5', -5],
    ['+5', 5],
    ['007', 7],
  ])('%s is %i', (text, number) => {
    expect(parseInteger(text)).toBe(number);
  });

  test.each(['', ' 1', '1 ', '1.0', '1e3', '0x1', 'one', '9007199254740993', '--1'])('%j is no whole one', (text) => {
    expect(mistake(() => parseInteger(text))).toBe(`"${text}" is not a whole number`);
  });

  test('may have to be 0 at least', () => {
    expect(parseCount('0')).toBe(0);
    expect(mistake(() => parseCount('-1'))).toBe('-1 is less than 0');
  });

  test('of swappiness is 0 to 100, or -1 for what it is', () => {
    expect([parseSwappiness('-1'), parseSwappiness('0'), parseSwappiness('100')]).toEqual([undefined, 0, 100]);
    expect(mistake(() => parseSwappiness('101'))).toBe('invalid value: 101, the range of swappiness is 0 to 100');
    expect(mistake(() => parseSwappiness('-2'))).toBe('invalid value: -2, the range of swappiness is 0 to 100');
  });
});
