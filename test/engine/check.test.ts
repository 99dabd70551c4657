// Options that are each right but do not go together, or are out of range.

import { describe, expect, test } from 'vitest';
import { checkOptions } from '../../src/engine/check.ts';
import { mistake } from '../mistake.ts';
import { optionsOf } from './spec/given.ts';

describe('options that do not go together', () => {
  test.each([
    [['-m', '5m'], 'minimum memory limit allowed is 6MB: give --memory more'],
    [['--memory-reservation', '5m'], 'minimum memory reservation allowed is 6MB: give --memory-reservation more'],
    [
      ['--memory-swap', '100m'],
      'you should always set the --memory limit when using the --memory-swap limit, which is their sum',
    ],
    [
      ['-m', '100m', '--memory-swap', '50m'],
      'minimum --memory-swap limit should be larger than the --memory limit: it is memory and swap together',
    ],
    [
      ['-m', '100m', '--memory-reservation', '200m'],
      'minimum --memory limit can not be less than the --memory-reservation limit',
    ],
    [['--cpus', '1', '--cpu-period', '1000'], 'conflicting options: --cpus and --cpu-period'],
    [['--cpus', '1', '--cpu-quota', '1000'], 'conflicting options: --cpus and --cpu-quota'],
    [['--cpu-period', '999'], 'CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)'],
    [
      ['--cpu-period', '1000001'],
      'CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)',
    ],
    [['--cpu-quota', '999'], 'CPU cfs quota can not be less than 1ms (i.e. 1000)'],
    [
      ['--cpu-rt-runtime', '2', '--cpu-rt-period', '1'],
      'cpu real-time runtime cannot be higher than cpu real-time period',
    ],
    [['--blkio-weight', '9'], 'range of blkio weight is from 10 to 1000, and 9 is not'],
    [['--cpu-shares', '1'], 'range of cpu shares is from 2 to 262144, and 1 is not'],
    [['--oom-score-adj', '-1001'], 'invalid value -1001, range for oom score adj is [-1000, 1000]'],
    [['--hostname', 'a', '--uts', 'host'], 'conflicting options: hostname and the UTS mode'],
    [['--domainname', 'a', '--uts', 'container:x'], 'conflicting options: hostname and the UTS mode'],
    [['--hostname', 'a', '--network', 'container:x'], 'conflicting options: hostname and the network mode'],
    [['--dns', '1.1.1.1', '--network', 'container:x'], 'conflicting options: dns and the network mode'],
    [
      ['--add-host', 'a:1.1.1.1', '--network', 'container:x'],
      'conflicting options: custom host-to-IP mapping and the network mode',
    ],
  ])('%j', (words, sentence) => {
    expect(mistake(() => checkOptions(optionsOf(...words, 'box')))).toBe(sentence);
  });

  test('more processors than there are', () => {
    for (const cpus of ['0', '0.001', '100000']) {
      expect(mistake(() => checkOptions(optionsOf('--cpus', cpus, 'box')))).toMatch(
        /^range of CPUs is from 0.01 to \d+.00, as there are only \d+ CPUs available$/,
      );
    }
  });

  test.each([
    [[]],
    [['-m', '6m']],
    [['-m', '100m', '--memory-swap', '100m']],
    [['-m', '100m', '--memory-swap', '-1']],
    [['--memory-swap', '0']],
    [['--cpu-quota', '-1', '--cpu-period', '1000']],
    [['--cpu-shares', '0', '--blkio-weight', '0']],
    [['--hostname', 'a', '--network', 'host']],
  ])('but %j do', (words) => {
    expect(() => checkOptions(optionsOf(...words, 'box'))).not.toThrow();
  });
});
