// exercise.ts PID COMMAND…   runs a command in the namespaces of a process, and in its root

import { readlinkSync } from 'node:fs';
import { keepStdio } from 'slipway/exec/stdio.ts';
import { O_CLOEXEC, O_DIRECTORY, O_PATH } from 'slipway/linux/constants.ts';
import { open } from 'slipway/linux/files.ts';
import { fork } from 'slipway/linux/fork.ts';
import { chroot, fchdir } from 'slipway/linux/mount.ts';
import { setns } from 'slipway/linux/namespaces.ts';
import { _exit, execve, exitCode, waitpid } from 'slipway/linux/process.ts';
import { findProgram } from 'slipway/runtime/program.ts';

const [target = '', name = '', ...words] = process.argv.slice(2);
const env = ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'];

/** In the order of joining: user first, since it gives the rights for the others, and mnt last, since it changes all paths. */
const KINDS = ['user', 'cgroup', 'ipc', 'uts', 'net', 'pid', 'mnt'];

// A child of Node has one thread; Node itself has more, and may not join every kind.
const middle = fork();
if (middle === 0) joinAndStart();
_exit(exitCode(waitpid(middle).status));

function joinAndStart(): void {
  const root = open(`/proc/${target}/root`, O_PATH | O_DIRECTORY | O_CLOEXEC);
  const files = KINDS.filter(differs).map((kind) => open(`/proc/${target}/ns/${kind}`, O_CLOEXEC));
  for (const file of files) setns(file, 0);
  fchdir(root);
  chroot('.');
  const child = fork(); // who joins a PID namespace stays outside; its children are in it
  if (child === 0) becomeCommand();
  _exit(exitCode(waitpid(child).status));
}

/** Whether it is another namespace than ours: who joins the user namespace that they are in gets EINVAL. */
function differs(kind: string): boolean {
  return readlinkSync(`/proc/${target}/ns/${kind}`) !== readlinkSync(`/proc/self/ns/${kind}`);
}

function becomeCommand(): void {
  keepStdio();
  execve(findProgram(name, env), [name, ...words], env);
}
