// Limits, in the specification’s units.

import { describe, expect, test } from 'vitest';
import { makeResources } from '../../../src/engine/spec/resources.ts';
import { optionsOf } from './given.ts';

describe('limits', () => {
  test.each<[string[], object]>([
    [[], {}],
    [['-m', '100m'], { memory: { limit: 104857600, swap: 209715200 } }],
    [['-m', '100m', '--memory-swap', '-1'], { memory: { limit: 104857600, swap: -1 } }],
    [['-m', '100m', '--memory-swap', '0'], { memory: { limit: 104857600, swap: 209715200 } }],
    [['--cpus', '1.5'], { cpu: { quota: 150_000, period: 100_000 } }],
    [['--cpu-quota', '5000'], { cpu: { quota: 5000 } }],
    [['--pids-limit', '0'], { pids: { limit: -1 } }],
    [['--pids-limit', '-1'], { pids: { limit: -1 } }],
    [['--pids-limit', '5'], { pids: { limit: 5 } }],
    [['--blkio-weight', '0'], {}],
    [['--cpu-rt-runtime', '5', '--cpu-rt-period', '6'], { cpu: { realtimeRuntime: 5, realtimePeriod: 6 } }],
  ])('%j', (words, limits) => {
    const { devices: _, ...rest } = makeResources(optionsOf(...words, 'box'));
    expect(rest).toEqual(limits);
  });
});
