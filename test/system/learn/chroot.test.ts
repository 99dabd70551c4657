// Lesson 02: a command with another root.

import { catches, using } from './missed-goals.ts';

const ENTER = "  chroot(rootfs);\n  chdir('/');\n";
const FORK = 'const pid = fork();\n';

catches('02-chroot', [
  ['only steps in', [[ENTER, 'chdir(rootfs);']], ['root', 'hidden', 'descriptors', 'missing', 'host']],
  ['does not step in', [[ENTER, 'chroot(rootfs);']], ['cwd']],
  [
    'mounts /tmp inside',
    [[ENTER, `mount('/tmp', \`\${rootfs}/tmp\`, null, 4096);${ENTER}`], using('mount', 'mount')],
    ['hidden', 'missing'],
  ],
  ['keeps / open', [[ENTER, `open('/', 0x10000);${ENTER}`], using('files', 'open')], ['descriptors']],
  ['takes a missing command for any error', [['_exit(127)', '_exit(1)']], ['missing']],
  [
    'changes itself',
    [
      [FORK, `${ENTER}${FORK}`],
      [`{\n${ENTER}`, '{\n'],
    ],
    ['host'],
  ],
]);
