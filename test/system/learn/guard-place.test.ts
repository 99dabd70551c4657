// Where a command of a lesson finds itself: in Slipway's folder, with `slipway` among the programs.

import { mkdtempSync, rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { HOME } from '../../../src/learn/home.ts';
import { homeOf, SLIPWAY, slipway } from '../slipway.ts';
import { ordinaryUser } from '../users.ts';

test.each([
  ['root', undefined],
  ['an ordinary user', ordinaryUser()],
])('the guard begins in the folder of Slipway, as %s', async (_, user) => {
  const { stdout } = await slipway(['guard', 'sh', '-c', 'pwd; ls -d lessons; command -v slipway'], { user });
  expect(stdout).toBe(`${HOME}\nlessons\n${HOME}/slipway\n`);
});

test('an ordinary user needs no look at the containers that root’s engines have mounted', async () => {
  const user = ordinaryUser();
  const folder = mkdtempSync('/var/tmp/slipway-test-'); // 0700, and root's
  try {
    const script = `
      mkdir ${folder}/container
      mount -t tmpfs none ${folder}/container
      exec setpriv --reuid ${user.uid} --regid ${user.gid} --init-groups ${SLIPWAY} guard ls -A ${folder}`;
    const ended = await slipway(['--mount', 'sh', '-c', script], { program: 'unshare', env: homeOf(user) });
    expect(ended).toMatchObject({ code: 0, stdout: '' });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
