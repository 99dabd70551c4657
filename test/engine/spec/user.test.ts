// Who the program runs as.

import { describe, expect, test } from 'vitest';
import { checkUser } from '../../../src/engine/spec/user.ts';
import { mistake } from '../../mistake.ts';
import { BOX, ROOT, specOf } from './given.ts';

describe('a user', () => {
  test.each(['', '0', '1000', '2147483647', 'web', 'web:crew', '5:6', 'web:6', '5:crew', 'a.b-c_d', '0x1', '1e3'])(
    '%j may be one',
    (text) => {
      expect(checkUser(text)).toBe(text);
    },
  );

  test.each(['-1', '+1', '2147483648', '4294967296', '99999999999999999999', '0:-1', '0:2147483648'])(
    '%j is no number of one',
    (text) => {
      expect(mistake(() => checkUser(text))).toBe(
        `invalid user or group "${text}": uids and gids must be in range 0-2147483647`,
      );
    },
  );

  test.each(['a b', 'a,b', 'a\nb', '0:a b', '1\n'])('%j is no name of one', (text) => {
    expect(mistake(() => checkUser(text))).toBe(
      `invalid user or group "${text}": a name has no space, comma or zero byte in it`,
    );
  });

  test('stands before its group', () => {
    expect(mistake(() => checkUser(':6'))).toBe('invalid user ":6": there is no user before the colon');
  });

  test('has two parts at most', () => {
    expect(mistake(() => checkUser('a:b:c'))).toBe('invalid user "a:b:c": it is not of the form user or user:group');
  });

  test.each<[string[], object, object]>([
    [[], { uid: 0, gid: 0, additionalGids: [0] }, { 'dev.slipway.user': '0' }],
    [['-u', '5'], { uid: 5, gid: 0, additionalGids: [0] }, { 'dev.slipway.user': '5' }],
    [['-u', '5:6'], { uid: 5, gid: 6, additionalGids: [6] }, {}],
    [['-u', 'web:6'], { uid: 0, gid: 6, additionalGids: [6] }, { 'dev.slipway.user': 'web:6' }],
    [
      ['-u', '5:6', '--group-add', '7'],
      { uid: 5, gid: 6, additionalGids: [6] },
      { 'dev.slipway.user': '5:6', 'dev.slipway.groups': '7' },
    ],
  ])('%j is numbers in the specification, and names in annotations', (words, user, annotations) => {
    const spec = specOf(ROOT, BOX, ...words, 'box');
    expect(spec.process.user).toEqual(user);
    expect(spec.annotations).toEqual(annotations);
  });
});
