// Names and groups looked up as the files of an image have them. Reading those files is tested with hostile ones in
// test/system/safety.

import { describe, expect, test } from 'vitest';
import { resolveGroup, resolveUser } from '../../src/runtime/user.ts';
import { mistake } from '../mistake.ts';

const PASSWD = [
  { name: 'root', uid: 0, gid: 0, home: '/root' },
  { name: 'web', uid: 33, gid: 33, home: '/srv' },
  { name: 'homeless', uid: 44, gid: 45, home: '' },
  { name: '1000', uid: 0, gid: 0, home: '/trap' }, // a name of digits that would make root of 1000
  { name: 'twin', uid: 33, gid: 99, home: '/twin' },
];
const GROUPS = [
  { name: 'root', gid: 0, members: [] },
  { name: 'web', gid: 33, members: [] },
  { name: 'crew', gid: 50, members: ['web', 'root'] },
  { name: 'deck', gid: 60, members: ['web'] },
  { name: '77', gid: 0, members: ['1000'] },
];

describe('a user', () => {
  test.each<[string, { uid: number; gid: number; additionalGids: number[] }, string]>([
    ['0', { uid: 0, gid: 0, additionalGids: [0, 50] }, '/root'],
    ['root', { uid: 0, gid: 0, additionalGids: [0, 50] }, '/root'],
    ['web', { uid: 33, gid: 33, additionalGids: [33, 50, 60] }, '/srv'],
    ['33', { uid: 33, gid: 33, additionalGids: [33, 50, 60] }, '/srv'],
    ['twin', { uid: 33, gid: 99, additionalGids: [99] }, '/twin'],
    ['homeless', { uid: 44, gid: 45, additionalGids: [45] }, '/'],
    ['1000', { uid: 1000, gid: 0, additionalGids: [0] }, '/'],
    ['4321', { uid: 4321, gid: 0, additionalGids: [0] }, '/'],
    ['web:crew', { uid: 33, gid: 50, additionalGids: [50] }, '/srv'],
    ['web:5', { uid: 33, gid: 5, additionalGids: [5] }, '/srv'],
    ['4321:77', { uid: 4321, gid: 77, additionalGids: [77] }, '/'],
    ['web:', { uid: 33, gid: 33, additionalGids: [33, 50, 60] }, '/srv'],
  ])('%s', (wanted, user, home) => {
    expect(resolveUser(wanted, PASSWD, GROUPS)).toEqual({ user, home });
  });

  test('that the image does not have', () => {
    expect(mistake(() => resolveUser('nobody', PASSWD, GROUPS))).toBe(
      "unable to find user nobody: no matching entries in the image's /etc/passwd",
    );
    expect(mistake(() => resolveUser('web:nobody', PASSWD, GROUPS))).toBe(
      "unable to find group nobody: no matching entries in the image's /etc/group",
    );
    expect(mistake(() => resolveUser('root', [], []))).toContain('unable to find user root');
    expect(resolveUser('0', [], [])).toEqual({ user: { uid: 0, gid: 0, additionalGids: [0] }, home: '/' });
  });
});

test('a group, by its name or its number', () => {
  expect(['crew', '60', '77', '12345'].map((group) => resolveGroup(group, GROUPS))).toEqual([50, 60, 77, 12345]);
  expect(mistake(() => resolveGroup('nobody', GROUPS))).toContain('unable to find group nobody');
});
