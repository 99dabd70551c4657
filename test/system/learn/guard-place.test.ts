// Where a command of a lesson finds itself: in Slipway's folder, with `slipway` among the programs.

import { expect, test } from 'vitest';
import { HOME } from '../../../src/learn/home.ts';
import { slipway } from '../slipway.ts';
import { ordinaryUser } from '../users.ts';

test.each([
  ['root', undefined],
  ['an ordinary user', ordinaryUser()],
])('the guard begins in the folder of Slipway, as %s', async (_, user) => {
  const { stdout } = await slipway(['guard', 'sh', '-c', 'pwd; ls -d lessons; command -v slipway'], { user });
  expect(stdout).toBe(`${HOME}\nlessons\n${HOME}/slipway\n`);
});
