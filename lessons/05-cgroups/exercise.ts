// exercise.ts COMMAND…   runs a command that gets a fifth of a processor, 64 MB of memory and 32 processes at most

import { createCgroup } from 'slipway/cgroups/cgroup.ts';
import { keepStdio } from 'slipway/exec/stdio.ts';
import { fork } from 'slipway/linux/fork.ts';
import { _exit, execve, exitCode, waitpid } from 'slipway/linux/process.ts';
import { findProgram } from 'slipway/runtime/program.ts';

const [name = '', ...words] = process.argv.slice(2);
const env = ['PATH=/usr/local/bin:/usr/bin:/bin'];

/** Starts the command as a child, which first of all calls `join`. Gives the child's pid. */
function start(join: () => void): number {
  const pid = fork();
  if (pid === 0) {
    join();
    keepStdio();
    execve(findProgram(name, env), [name, ...words], env);
  }
  return pid;
}

// TODO: make a cgroup `/exercise-${process.pid}` with the three limits, have the child join it, and take the cgroup away when
// the command has ended, with whatever the command has left running in it.
const { status } = waitpid(start(() => {}));
_exit(exitCode(status));
