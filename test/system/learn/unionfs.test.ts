// The goals of lesson 06: which of them each kind of mistake misses.

import { describe, expect, test } from 'vitest';
import { objectionTo } from '../../../src/learn/expectation.ts';
import { readLesson, type Step } from '../../../src/learn/lesson.ts';
import { slipway } from '../slipway.ts';
import { ordinaryUser } from '../users.ts';
import { missedGoals, solved } from './missed-goals.ts';

const LESSON = '06-unionfs';
const MOUNT = "mount('overlay', merged, 'overlay', 0, options.join(','));";

describe('the goals of 06-unionfs', () => {
  test('are reached with the engine’s own mountOverlay() too', async () => {
    const mount =
      'mountOverlay({ lowerdirs: [rootfs], upperdir: upper, workdir: work, target: merged, userxattr: false })';
    const load = "import { mountOverlay } from 'slipway/unionfs/overlay.ts';\n";
    const program = solved(LESSON, [MOUNT, mount], ['import { keepStdio', `${load}import { keepStdio`]);
    expect(await missedGoals(LESSON, program)).toEqual([]);
  });

  test.each<[what: string, changes: [string, string][], missed: string[]]>([
    [
      'a bind mount in place of the overlay',
      [[MOUNT, 'mount(rootfs, merged, null, 4096);']],
      ['merged', 'added', 'deleted', 'changed', 'rootfs'],
    ],
    [
      'ROOTFS and UPPER exchanged',
      [["[rootfs = '', upper = ''", "[upper = '', rootfs = ''"]],
      ['merged', 'added', 'deleted', 'changed', 'rootfs'],
    ],
    [
      'UPPER as a second lower folder',
      [["options.join(',')", "'lowerdir=' + upper + ':' + rootfs"]],
      ['added', 'deleted', 'changed', 'rootfs'],
    ],
    ['no mount table of its own', [['unshare(CLONE_NEWNS);', '']], ['gone']],
  ])('tell of %s', async (_, changes, missed) => {
    expect(await missedGoals(LESSON, solved(LESSON, ...changes))).toEqual(missed);
  });
});

test.each([
  [5, ['no mark: user attributes in /tmp need Linux 6.6']],
  [7, ['with names: .wh.marble .wh.site marble site', 'no mark: user attributes in /tmp need Linux 6.6']],
])('step %i says so where a tmpfs keeps no user attributes', async (number, said) => {
  const { command = '', expect: expectation } = readLesson(LESSON, 'en').steps[number - 1] as Step;
  // An ordinary user without the option may write no attribute at all, as with it on an older kernel.
  const without = command.replace('layers=$layers,userxattr', ':');
  expect(without).not.toBe(command);
  const { stdout, code } = await slipway(['guard', 'sh', '-c', without], { user: ordinaryUser() });
  expect(stdout.trim().split('\n')).toEqual(said);
  expect(objectionTo(stdout, code, expectation)).toBeUndefined();
});
