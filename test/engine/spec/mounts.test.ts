// Mounts: which are made, and with which options.

import { describe, expect, test } from 'vitest';
import { mergeTmpfsOptions } from '../../../src/engine/spec/tmpfs-options.ts';
import { mistake } from '../../mistake.ts';
import { BARE_USER, BOX, ROOT, specOf, USER } from './given.ts';

describe('mounts', () => {
  test('on one place twice are refused', () => {
    for (const words of [
      ['-v', '/a:/x', '-v', '/b:/x/'],
      ['-v', '/a:/x', '--tmpfs', '/x'],
      ['-v', '/x', '-v', 'n1:/y/../x'],
    ]) {
      expect(mistake(() => specOf(ROOT, BOX, ...words, 'box'))).toBe('duplicate mount point: /x');
    }
  });

  test('of the user take the place of Docker’s', () => {
    const at = (path: string, ...words: string[]) =>
      specOf(ROOT, BOX, ...words, 'box').mounts?.filter(({ destination }) => destination === path);
    expect(at('/dev/shm', '-v', '/h:/dev/shm')).toEqual([
      { destination: '/dev/shm', type: 'bind', source: '/h', options: ['rbind', 'rprivate'] },
    ]);
    expect(at('/dev/pts', '-v', '/dev:/dev')).toEqual([]);
  });

  test('of terminals belong to group 5, unless that is no group here', () => {
    const ownRoot = { ...BARE_USER, rootless: false }; // root in a user namespace that a user with one id made
    for (const [context, has] of [
      [ROOT, true],
      [USER, true],
      [BARE_USER, false],
      [ownRoot, false],
    ] as const) {
      const { mounts = [] } = specOf(context, BOX, 'box');
      expect(mounts.find(({ type }) => type === 'devpts')?.options?.includes('gid=5')).toBe(has);
    }
  });

  test.each(['0', '64m'])('of a /dev/shm of size %s is Docker’s usual', (size) => {
    const { mounts = [] } = specOf(ROOT, BOX, '--shm-size', size, 'box');
    expect(mounts.find(({ destination }) => destination === '/dev/shm')?.options).toContain('size=67108864');
  });

  test.each<[string[], string[], string[]]>([
    [['noexec', 'nosuid'], [], ['noexec', 'nosuid']],
    [['noexec', 'nosuid'], ['exec'], ['nosuid', 'exec']],
    [['rprivate'], ['shared'], ['shared']],
    [[], ['size=1m', 'size=2m'], ['size=2m']],
    [['ro'], ['rw', 'ro'], ['ro']],
    [['mode=755'], ['mode=700', 'uid=5'], ['mode=700', 'uid=5']],
  ])('of memory: %j and then %j', (before, changes, merged) => {
    expect(mergeTmpfsOptions(before, changes)).toEqual(merged);
  });
});
