// What a command prints comes out whole, whoever reads it.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const SLIPWAY = fileURLToPath(new URL('../../slipway', import.meta.url));

/** Runs a shell line in which $S is the command line. */
function shell(line: string) {
  const { status, stdout, stderr } = spawnSync('bash', ['-o', 'pipefail', '-c', line], {
    encoding: 'utf8',
    env: { ...process.env, S: SLIPWAY, LONG: 'x'.repeat(120_000) },
  });
  return { status, stdout, stderr };
}

test('a slow reader gets all of what a pipe does not hold', () => {
  const { status, stdout } = shell('$S spec -l long=$LONG box | (sleep 0.3; cat)');
  expect(status).toBe(0);
  expect(JSON.parse(stdout).annotations.long).toHaveLength(120_000);
});

test('a reader that has read enough is no mistake', () => {
  expect(shell('$S spec -l long=$LONG box | head -1')).toEqual({ status: 0, stdout: '{\n', stderr: '' });
  expect(shell('$S help run | true')).toEqual({ status: 0, stdout: '', stderr: '' });
});

test('a full disk is', () => {
  const { status, stderr } = shell('$S help > /dev/full');
  expect(status).toBe(125);
  expect(stderr).toBe('slipway: stdout: ENOSPC: no space left on device, write\n');
});
