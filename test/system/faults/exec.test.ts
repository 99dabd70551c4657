// kill -9 of a process of `exec`, and what an exec leaves running in a container.

import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { slipway, start } from '../slipway.ts';
import { until } from '../until.ts';
import { ordinaryUser } from '../users.ts';
import { footprint, nothingNew } from './footprint.ts';
import { killAt, observe } from './inject.ts';

test('a joiner killed when it has forked, before it could say whom', async () => {
  await using box = start(['run', '--rm', '--name', 'joined', 'box', 'sh', '-c', 'echo ready; exec sleep 1000']);
  await box.says('ready');
  const before = footprint();
  const words = ['exec', 'joined', 'true'];
  const trace = await observe(words, ['setns', 'clone3', 'close']);
  const joiner = trace.find(({ call }) => call === 'setns')?.pid;
  const calls = trace.filter(({ pid }) => pid === joiner).map(({ call }) => call);
  const closed = calls.slice(0, calls.indexOf('clone3')).filter((call) => call === 'close');
  const { code, stderr } = await killAt({ call: 'close', nth: closed.length + 1 }, words);
  expect([code, stderr]).toEqual([125, 'slipway: the process that was to join the container was killed\n']);
  await nothingNew(before);
  expect(await slipway(['exec', 'joined', 'echo', 'alive'])).toMatchObject({ code: 0, stdout: 'alive\n' });
  await slipway(['rm', '-f', 'joined']);
});

test.each([
  ['root', () => undefined],
  ['an ordinary user, who has no cgroup', ordinaryUser],
])('without a PID namespace too, what it starts and leaves ends with the container, for %s', async (_, userOf) => {
  const user = userOf();
  const before = footprint(user);
  const words = ['run', '--rm', '--name', 'left', '--pid', 'host', 'box', 'sh', '-c', 'echo ready; exec sleep 1000'];
  await using box = start(words, { user });
  await box.says('ready');
  const left = await slipway(['exec', 'left', 'sh', '-c', 'sleep 1000 & echo $!'], { user });
  const isThere = () => existsSync(`/proc/${left.stdout.trim()}`);
  expect([left.code, isThere()]).toEqual([0, true]);
  await using running = start(['exec', 'left', 'sh', '-c', 'echo ready; exec sleep 1000'], { user });
  await running.says('ready');
  expect(isThere()).toBe(true);
  await slipway(['rm', '-f', 'left'], { user });
  expect((await running.ended).code).toBe(137);
  await until('what was left to end', () => !isThere());
  await nothingNew(before, user);
});
