// The fork recipe of src/linux/fork.ts, thousands of times: every child must end with its own exit code.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const repository = join(import.meta.dirname, '../..');

test.each([
  ['fork', 'collect', 1000],
  ['fork', 'compile', 2000],
  ['clone3', 'collect', 1000],
  ['clone3', 'compile', 2000],
] as const)('%s, with children that %s: %d times', { timeout: 600_000 }, (how, work, count) => {
  const script = join(import.meta.dirname, 'fork-stress.ts');
  const { stdout, stderr, status, signal } = spawnSync(
    join(repository, 'scripts/node.sh'),
    ['--expose-gc', script, how, work, String(count)],
    { encoding: 'utf8' },
  );
  expect({ failures: stdout.trim(), stderr, status, signal }).toEqual({
    failures: '[]',
    stderr: '',
    status: 0,
    signal: null,
  });
});
