// Lesson 05: its goals tell which limit is missing.

import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { catches } from './lessons.ts';
import { solved } from './missed-goals.ts';
import { Learner } from './workspaces.ts';

const ALL_BUT_CODE = ['cgroup', 'cpu', 'memory', 'pids', 'fork', 'oom', 'gone'];

catches('05-cgroups', [
  ['sets no quota', [['  cpu: { quota: 20_000, period: 100_000 },\n', '']], ['cpu']],
  ['takes another period', [['period: 100_000', 'period: 50_000']], ['cpu']],
  ['sets no limit on memory', [['  memory: { limit: 64 << 20, swap: 64 << 20 },\n', '']], ['memory', 'oom']],
  ['leaves swap open', [[', swap: 64 << 20', '']], ['memory']],
  ['allows one process more', [['limit: 32', 'limit: 33']], ['pids', 'fork']],
  ['lets nobody join', [['  joinV1();\n  joinV2();\n', '']], ALL_BUT_CODE],
  [
    'joins itself',
    [
      ['  joinV1();\n  joinV2();\n', ''],
      ['const child', 'joinV1();\njoinV2();\nconst child'],
    ],
    ['cgroup', 'gone', 'code'],
  ],
  ['leaves the cgroup behind', [['cgroup.killAll();\ncgroup.remove();\n', '']], ['gone']],
  ['forgets how the command ended', [['_exit(exitCode(status))', '_exit(0)']], ['code']],
]);

test('a value that the kernel refuses is told once, with the line that gave it', async () => {
  const learner = new Learner();
  writeFileSync(learner.file('05-cgroups'), solved('05-cgroups', ['period: 100_000', 'period: 1']));
  const { stdout } = await learner.does('check', '5');
  expect(stdout).toMatch(/cannot set cpu\.\S+ to/);
  expect(stdout).toMatch(/^ +where +05-cgroups\/exercise\.ts:\d+$/m);
  expect(stdout.match(/as above/g)).toHaveLength(7);
});
