// Moments and durations, as Docker takes them.

import { parseDuration, parseMoment } from '../../../src/cli/parse/time.ts';
import { parser } from './parser.ts';

parser(
  'a duration in milliseconds',
  parseDuration,
  [
    ['0', 0],
    ['42s', 42_000],
    ['1h30m', 5_400_000],
    ['1.5s', 1500],
    ['.5s', 500],
    ['2m0.5s', 120_500],
    ['100ms', 100],
    ['1us', 0.001],
    ['1µs', 0.001],
    ['-2m', -120_000],
    ['+2m', 120_000],
  ],
  [
    ['', 'invalid duration "". Write it as 1h30m, 42s or 500ms'],
    ['5', /^invalid duration "5"/],
    ['5x', /invalid/],
    ['m', /invalid/],
    ['1h 30m', /invalid/],
    ['1m!', /invalid/],
  ],
);

const NOW = Date.parse('2026-01-31T12:00:00.250Z');

parser(
  'a moment',
  (text) => parseMoment(text, NOW),
  [
    ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.000000000Z'],
    ['2026-01-31T12:00:00.5Z', '2026-01-31T12:00:00.500000000Z'],
    ['2026-01-31T12:00:00.123456789Z', '2026-01-31T12:00:00.123456789Z'],
    ['2026-01-31T12:00:00+01:00', '2026-01-31T11:00:00.000000000Z'],
    ['2026-01-31T12:00Z', '2026-01-31T12:00:00.000000000Z'],
    ['1769860800', '2026-01-31T12:00:00.000000000Z'],
    ['1769860800.000000001', '2026-01-31T12:00:00.000000001Z'],
    ['2h', '2026-01-31T10:00:00.250000000Z'],
    ['250ms', '2026-01-31T12:00:00.000000000Z'],
  ],
  [
    ['yesterday', /^invalid duration "yesterday"/],
    ['2026-13-01', '"2026-13-01" is no date'],
    ['2026-01-31 12:00', /invalid/],
    ['', /invalid/],
  ],
);
