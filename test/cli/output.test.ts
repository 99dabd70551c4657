// What the command line prints: tables, ages, suggestions.

import { describe, expect, test } from 'vitest';
import { age } from '../../src/cli/age.ts';
import { suggestCommand } from '../../src/cli/commands.ts';
import { distance, nearest } from '../../src/cli/nearest.ts';
import { formatTable } from '../../src/cli/table.ts';

describe('an age', () => {
  const [second, minute, hour, day] = [1, 60, 3600, 86_400];
  test.each<[number, string]>([
    [-5, 'Less than a second'], // the clock was put back
    [0, 'Less than a second'],
    [0.9, 'Less than a second'],
    [1, '1 second'],
    [2, '2 seconds'],
    [59, '59 seconds'],
    [minute, 'About a minute'],
    [119, 'About a minute'],
    [2 * minute, '2 minutes'],
    [hour - second, '59 minutes'],
    [hour, 'About an hour'],
    [2 * hour, '2 hours'],
    [48 * hour - 1, '47 hours'],
    [2 * day, '2 days'],
    [13 * day, '13 days'],
    [14 * day, '2 weeks'],
    [62 * day, '8 weeks'],
    [63 * day, '2 months'],
    [365 * day, '12 months'],
    [719 * day, '23 months'],
    [730 * day, '2 years'],
    [3650 * day, '10 years'],
  ])('of %d seconds', (seconds, words) => {
    const now = Date.parse('2026-01-02T03:04:05Z');
    expect(age(new Date(now - seconds * 1000).toISOString(), now)).toBe(words);
  });

  test('that nobody knows', () => {
    expect(age(undefined)).toBe('an unknown time');
    expect(age('rubbish')).toBe('an unknown time');
  });
});

describe('a table', () => {
  test('has columns as wide as their widest cell, and nothing at the ends of lines', () => {
    expect(
      formatTable(
        ['ID', 'NAME'],
        [
          ['1', 'long name'],
          ['12345', ''],
        ],
      ),
    ).toBe('ID      NAME\n1       long name\n12345\n');
  });
  test('without rows is its head', () => {
    expect(formatTable(['ID', 'NAME'], [])).toBe('ID   NAME\n');
  });
});

describe('the nearest word', () => {
  test.each<[string, string, number]>([
    ['', '', 0],
    ['run', 'run', 0],
    ['', 'run', 3],
    ['rn', 'run', 1],
    ['ruun', 'run', 1],
    ['ren', 'run', 1],
    ['rnu', 'run', 1],
    ['urn', 'run', 1],
    ['kitten', 'sitting', 3],
  ])('%j is as far from %j as %i', (from, to, changes) => {
    expect(distance(from, to)).toBe(changes);
    expect(distance(to, from)).toBe(changes);
  });

  test('is named when it is near', () => {
    expect(nearest('memry', ['memory', 'memory-swap'])).toBe('memory');
    expect(nearest('x', ['run', 'rm'])).toBeUndefined();
    expect(nearest('run', [])).toBeUndefined();
  });

  test('of a command', () => {
    expect(suggestCommand('rnu')).toBe('unknown command: rnu. Did you mean run?');
    expect(suggestCommand('sail')).toBe('unknown command: sail. `slipway help` lists those there are');
  });
});
