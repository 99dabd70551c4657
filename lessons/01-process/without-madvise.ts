// without-madvise.ts   a fork as C programs do it, with nothing done about V8's memory

import { writeSync } from 'node:fs';
import { PR_SET_DUMPABLE } from 'slipway/linux/constants.ts';
import { lookUp } from 'slipway/linux/door.ts';
import { _exit, exitCode, prctl, waitpid } from 'slipway/linux/process.ts';

const libcFork = lookUp('int fork()');

export function forkWithoutMadvise(): void {
  prctl(PR_SET_DUMPABLE, 0); // it need not leave a core dump behind
  const pid = libcFork() as number;
  if (pid === 0) {
    writeSync(1, 'child: here I am\n');
    _exit(0);
  }
  const { status } = waitpid(pid);
  writeSync(1, `parent: the child ended with ${JSON.stringify(status)}\n`);
  writeSync(1, `parent: a shell would say ${exitCode(status)}\n`);
}

forkWithoutMadvise();
