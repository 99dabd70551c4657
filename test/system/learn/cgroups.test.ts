// Lesson 05: its goals tell which limit is missing.

import { catches } from './lessons.ts';

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
