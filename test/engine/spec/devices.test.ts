// Devices: their numbers, and the rules about them.

import { describe, expect, test } from 'vitest';
import { parseDeviceRule } from '../../../src/engine/spec/devices.ts';
import { devicesWanted, numbersOf } from '../../../src/engine/spec/host-devices.ts';
import { mistake } from '../../mistake.ts';

describe('devices', () => {
  test.each<[number, number, number]>([
    [0x103, 1, 3],
    [0x801, 8, 1],
    [0x100801, 8, 257],
    [0xfdff, 253, 255],
    [0x8800, 136, 0],
  ])('%i is %i:%i', (rdev, major, minor) => {
    expect(numbersOf(rdev)).toEqual({ major, minor });
  });

  test('are found with their kind and numbers', () => {
    expect(devicesWanted('/dev/null', '/dev/other')).toEqual([
      expect.objectContaining({ type: 'c', path: '/dev/other', major: 1, minor: 3, fileMode: 0o666 }),
    ]);
    expect(mistake(() => devicesWanted('/dev/no-such', '/x'))).toBe(
      'error gathering device information while adding custom device "/dev/no-such": no such file or directory',
    );
    expect(mistake(() => devicesWanted('/etc/passwd', '/x'))).toBe(
      '/etc/passwd is not a device: look for one with `ls -l /dev`',
    );
  });

  test.each<[string, object]>([
    ['c 1:3 rwm', { allow: true, type: 'c', major: 1, minor: 3, access: 'rwm' }],
    ['b 8:* r', { allow: true, type: 'b', major: 8, access: 'r' }],
    ['a *:* m', { allow: true, type: 'a', access: 'm' }],
  ])('the rule %s', (text, rule) => {
    expect(parseDeviceRule(text)).toEqual(rule);
  });

  test.each(['', 'c 1:3', 'd 1:3 r', 'c 1 r', 'c 1:3 x', 'c  1:3 r', 'c 1:3 rwmr', 'c -1:3 r'])(
    '%j is no rule',
    (text) => {
      expect(mistake(() => parseDeviceRule(text))).toBe(
        `invalid device cgroup format '${text}'. Write it as 'c 10:200 rwm', with * for any number`,
      );
    },
  );
});
