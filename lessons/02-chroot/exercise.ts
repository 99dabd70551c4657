// exercise.ts ROOTFS COMMAND…   runs a command with another folder as its root

import { writeSync } from 'node:fs';
import { keepStdio } from 'slipway/exec/stdio.ts';
import { fork } from 'slipway/linux/fork.ts';
import { chdir, chroot } from 'slipway/linux/mount.ts';
import { _exit, execve, exitCode, waitpid } from 'slipway/linux/process.ts';
import { findProgram } from 'slipway/runtime/program.ts';

const [rootfs = '', name = '', ...words] = process.argv.slice(2);
const env = ['PATH=/usr/local/bin:/usr/bin:/bin'];

const pid = fork();
if (pid === 0) {
  // TODO: make `rootfs` the root of this process, and step into it.
  keepStdio();
  execve(pathOf(name), [name, ...words], env);
}
_exit(exitCode(waitpid(pid).status));

/** Looks through PATH. A command that is nowhere gives 127, as in a shell. */
function pathOf(command: string): string {
  try {
    return findProgram(command, env);
  } catch (error) {
    writeSync(2, `${(error as Error).message}\n`);
    _exit(127);
  }
}
