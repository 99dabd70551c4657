// Which signals the kernel would throw away: asked of processes that are PID 1 of a namespace, and of some that are not.

import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { SIGNALS } from '../../src/linux/constants.ts';
import { deafCure, deafSentence, isDeafTo } from '../../src/runtime/deaf.ts';
import { until } from '../system/until.ts';

const { SIGINT, SIGTERM, SIGKILL, SIGUSR1, SIGCONT } = SIGNALS;

let child: ChildProcess | undefined;
afterEach(() => void child?.kill('SIGKILL'));

/** The first process of a new PID namespace, which runs this shell script, and then answers what is written to it. */
async function firstProcess(script: string, end = 'exec cat'): Promise<number> {
  child = spawn('unshare', [
    '--user',
    '--map-root-user',
    '--pid',
    '--fork',
    '--kill-child',
    'sh',
    '-c',
    `${script}; ${end}`,
  ]);
  child.stdin?.write('ready\n');
  const said = new Promise((resolve) => child?.stdout?.once('data', resolve));
  const failed = new Promise((resolve) => child?.once('close', resolve)).then(() => {
    throw new Error('unshare failed');
  });
  await Promise.race([said, failed]);
  return until('its pid', () => Number(readFileSync(`/proc/${child?.pid}/task/${child?.pid}/children`, 'utf8')));
}

describe('PID 1 of a namespace', () => {
  test('is deaf to what it has no handler for, but not to SIGKILL', async () => {
    const pid = await firstProcess('true');
    expect([SIGINT, SIGTERM, SIGKILL].map((signal) => isDeafTo(pid, signal))).toEqual([true, true, false]);
  });

  test('hears what it has a handler for', async () => {
    const pid = await firstProcess('trap "echo" INT', 'read x; echo $x; read x');
    expect([SIGINT, SIGTERM].map((signal) => isDeafTo(pid, signal))).toEqual([false, true]);
  });

  test('is not blamed for signals that would not have ended it', async () => {
    const pid = await firstProcess('true');
    expect([SIGUSR1, SIGCONT].map((signal) => isDeafTo(pid, signal))).toEqual([false, false]);
  });
});

test('any other process hears', () => {
  expect(isDeafTo(process.pid, SIGTERM)).toBe(false);
  expect(isDeafTo(2 ** 22, SIGTERM)).toBe(false); // there is none
});

test('what its user is told', () => {
  expect(deafSentence(SIGINT, deafCure('web'))).toBe(
    'the program takes no notice of SIGINT: PID 1 gets only signals that it has a handler for. End it with `slipway rm -f web`; next time, --init puts a small init in front',
  );
});
