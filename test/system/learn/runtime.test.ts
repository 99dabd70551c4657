// Lesson 10: its goals tell a runtime that engines can use from one that does half of it.

import { catches } from './missed-goals.ts';

const ALL = ['waits', 'goes-on', 'start', 'state', 'killed', 'delete', 'podman'];
const STATUS = "if (!isAlive({ ...load(), status: 'running' })) return 'stopped';";
const AWAITED = "return isAwaited(fifo) ? 'created' : 'running';";
const FIFO = 'const wait = makeExecFifo(fifo);';

catches('10-runtime', [
  ['does not wait', [['awaitWord(wait);', '']], ALL],
  [
    'begins another program',
    [["'1'));\n      awaitWord(wait);", "'1'));\n      awaitWord(wait);\n      spec.process.args = ['ls'];"]],
    ['start', 'state', 'delete', 'podman'],
  ],
  [
    'makes the fifo too late',
    [
      [FIFO, 'let wait = 0;'],
      ['awaitWord(wait);', 'wait = makeExecFifo(fifo);\n      awaitWord(wait);'],
    ],
    ALL,
  ],
  ['starts it at once', [['return 0;', 'if (sendWord(fifo) !== undefined) return 0;\n    return 0;']], ALL],
  [
    'sends no word',
    [['const answer = sendWord(fifo);', 'const answer = { begun: true };']],
    ['start', 'state', 'killed', 'podman'],
  ],
  ['believes its file', [[STATUS, '']], ['state', 'killed', 'delete']],
  ['does not ask the fifo', [[AWAITED, "return 'running';"]], ['state']],
  ['starts what has stopped', [['if (!answer?.begun) throw', 'if (answer && !answer.begun) throw']], ['killed']],
  [
    'deletes what runs',
    [["if (status !== 'stopped' && !values.force) throw", "if (status === 'gone') throw"]],
    ['delete'],
  ],
  ['leaves its cgroup behind', [['openCgroup(cgroupPath).remove();', '']], ['delete']],
  [
    'makes no PID namespace',
    [['cloneFlags(namespaces)', "cloneFlags(namespaces.filter(({ type }) => type !== 'pid'))"]],
    ['waits'],
  ],
]);
