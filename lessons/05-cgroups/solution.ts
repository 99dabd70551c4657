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

const cgroup = createCgroup(`/exercise-${process.pid}`, {
  cpu: { quota: 20_000, period: 100_000 },
  memory: { limit: 64 << 20, swap: 64 << 20 },
  pids: { limit: 32 },
});
const joinV1 = cgroup.joinLater(1);
const joinV2 = cgroup.joinLater(2);
const child = start(() => {
  joinV1();
  joinV2();
});
const { status } = waitpid(child);
cgroup.killAll();
cgroup.remove();
_exit(exitCode(status));
