// Lesson 11: its goals tell a shim from a program that does half of what a shim does.

import { catches } from './missed-goals.ts';

const LOOP = 'for (const source of open) keep(source);';
const FORWARD = 'else pidfd_send_signal(pidfd, signal);';

catches('11-supervise', [
  ['reads nothing', [[LOOP, '']], ['log', 'flow', 'left']],
  ['reads at the end alone', [[LOOP, 'if (isOver) for (const source of open) keep(source);']], ['log', 'flow']],
  ['tells no streams apart', [['new LogLines(stream)', "new LogLines('stdout')"]], ['log']],
  ['passes no signal on', [[FORWARD, '']], ['signal']],
  ['asks for no orphans', [['prctl(PR_SET_CHILD_SUBREAPER, 1);', '']], ['orphan', 'left']],
  ['leaves zombies', [['if (signal === SIGCHLD) reapOrphans(pid);', 'if (signal === SIGCHLD) continue;']], ['orphan']],
  ['leaves what the command has started', [['  endOrphans();', '']], ['left']],
  ['waits until nobody writes', [['isOver = events[1] !== 0;', 'isOver = open.length === 0;']], ['signal', 'left']],
  [
    'forgets how it ended',
    [['exitCode(waitpid(pid).status)', '0 * exitCode(waitpid(pid).status)']],
    ['signal', 'exit'],
  ],
]);
