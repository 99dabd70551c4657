// C9: standard input and output belong to the program's user, and nothing of the host is given away with them.

import { chmodSync, chownSync, statSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { slipway } from '../slipway.ts';
import { ordinaryUser } from '../users.ts';
import { idle } from './idle.ts';

const asItIs = () => {
  const { uid, gid, mode } = statSync('/dev/null');
  return { uid, gid, mode: (mode & 0o7777).toString(8) };
};
const before = asItIs();

afterEach(() => {
  const after = asItIs();
  chownSync('/dev/null', before.uid, before.gid); // every program of the machine needs it
  chmodSync('/dev/null', Number.parseInt(before.mode, 8));
  expect(after).toEqual(before);
});

const ATTACKS =
  'chmod 600 /proc/self/fd/0; chown 1000 /proc/self/fd/0; chmod 600 /dev/null; chown 1000 /dev/null; true';

describe("C9: the host's /dev/null stays as it is", () => {
  test('whoever the program runs as', async () => {
    expect(await slipway(['run', '--rm', '-u', '1000', 'box', 'true'])).toMatchObject({ code: 0 });
    await using _box = await idle('c9');
    expect(await slipway(['exec', '-u', '1000', 'c9', 'true'])).toMatchObject({ code: 0 });
  });

  test.each([
    ['root', [], undefined],
    ['root with all rights', ['--privileged'], undefined],
    ['root in a user namespace', ['--userns', 'private'], undefined],
    ['an ordinary user', [], ordinaryUser()],
  ])('when the root of a container of %s wants it for itself', async (_, flags, user) => {
    const { code } = await slipway(['run', '--rm', ...flags, 'box', 'sh', '-c', ATTACKS], { user });
    expect(code).toBe(0);
  });

  test('when the program of exec wants it for itself', async () => {
    await using _box = await idle('c9x');
    expect(await slipway(['exec', 'c9x', 'sh', '-c', ATTACKS])).toMatchObject({ code: 0 });
  });
});

test("C9: a FIFO in place of a container's /dev/null does not hold exec up", async () => {
  await using _box = await idle('c9f', ['box'], {}, { first: 'rm /dev/null; mkfifo /dev/null' });
  const { code, stderr } = await slipway(['exec', 'c9f', 'true'], { timeoutMs: 10_000 });
  expect({ code, stderr }).toMatchObject({ code: 125, stderr: expect.stringContaining('is not the null device') });
});

test.each([
  ['root', undefined],
  ['an ordinary user', ordinaryUser()],
])('C9: a program of %s that is not root can open its own /dev/stdout', async (_, user) => {
  const args = ['run', '--rm', '-u', '1000', 'box', 'sh', '-c', 'echo out > /dev/stdout; echo err > /dev/stderr'];
  expect(await slipway(args, { user })).toEqual({ code: 0, stdout: 'out\n', stderr: 'err\n' });
});
