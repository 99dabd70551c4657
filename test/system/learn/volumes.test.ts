// The goals of lesson 07: which of them each kind of mistake misses.

import { describe, expect, test } from 'vitest';
import { missedGoals, solved } from './missed-goals.ts';

const LESSON = '07-volumes';
const BIND = 'mount(source, place, null, MS_BIND | MS_REC);';
const READONLY = 'mount_setattr(AT_FDCWD, place, AT_RECURSIVE, { set: MOUNT_ATTR_RDONLY });';
const [REMOUNT, RDONLY] = [32, 1];

describe('the goals of 07-volumes', () => {
  test.each<[what: string, changes: [string, string][], missed: string[]]>([
    ['a bind mount without what is below', [[BIND, 'mount(source, place, null, MS_BIND);']], ['below', 'ro-below']],
    ['the older remount', [[READONLY, `mount(null, place, null, MS_BIND | ${REMOUNT} | ${RDONLY});`]], ['ro-below']],
    [
      'a read-only flag beside the bind',
      [
        [READONLY, '{}'],
        [BIND, `mount(source, place, null, MS_BIND | MS_REC | ${RDONLY});`],
      ],
      ['ro', 'ro-below'],
    ],
    ['read-only always', [["if (mode === 'ro')", '']], ['rw']],
    ['no mount table of its own', [['unshare(CLONE_NEWNS);', '']], ['host', 'rootfs']],
    [
      'a copy in place of a mount',
      [
        [BIND, 'cpSync(source, place, { recursive: true });'],
        [READONLY, '{}'],
        ['import { join }', "import { cpSync } from 'node:fs';\nimport { join }"],
      ],
      ['inode', 'rw', 'ro', 'host', 'rootfs'],
    ],
  ])('tell of %s', async (_, changes, missed) => {
    expect(await missedGoals(LESSON, solved(LESSON, ...changes))).toEqual(missed);
  });
});
