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

test('a slow reader gets all of a long error, and of many', () => {
  const long = shell('$S run --name "$LONG!" box 2>&1 >/dev/null | (sleep 0.3; cat)');
  expect(long.status).toBe(125);
  expect(long.stdout).toMatch(/^slipway: invalid argument "x{120000}!" .* from 2 to 255 of them\n$/);
  const many = shell('$S rm $(seq 2000 2999) 2>&1 >/dev/null | (sleep 0.3; cat)');
  expect(many.status).toBe(1);
  expect(many.stdout.match(/^slipway: no such container: 2[0-9]{3}\. .*\n/gm)).toHaveLength(1000);
});

test('a reader that has read enough is no mistake', () => {
  expect(shell('$S spec -l long=$LONG box | head -1')).toEqual({ status: 0, stdout: '{\n', stderr: '' });
  expect(shell('$S help run | true')).toEqual({ status: 0, stdout: '', stderr: '' });
  expect(shell('$S rm x 2>&1 | true')).toEqual({ status: 1, stdout: '', stderr: '' });
});

test('a full disk is', () => {
  const { status, stderr } = shell('$S help > /dev/full');
  expect(status).toBe(125);
  expect(stderr).toBe('slipway: stdout: ENOSPC: no space left on device, write\n');
  expect(shell('$S rm x 2> /dev/full').status).toBe(1); // there is nobody to tell
});
