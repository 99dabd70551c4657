// Lesson 08: its goals tell a program that joins a container from one that joins half of it.

import { catches } from './missed-goals.ts';

const CHILD = 'const child = fork();';

catches('08-exec', [
  ['becomes the command without a fork', [[CHILD, 'const child = 0;']], ['pid', 'user']],
  ['leaves one kind out', [["'uts', ", '']], ['namespaces', 'user']],
  ['leaves the user namespace out', [["'user', ", '']], ['user']],
  ['takes the root of the mount namespace', [["  chroot('.');", '']], ['root']],
  ['takes its own root along', [["'pid', 'mnt'", "'pid'"]], ['namespaces', 'user']],
  ['loses the exit code', [['_exit(exitCode(waitpid(child).status));', 'waitpid(child);\n  _exit(0);']], ['exit-code']],
]);
