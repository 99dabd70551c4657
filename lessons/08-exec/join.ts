// join.ts [--here] FILE COMMAND…   joins the namespace that FILE is, and becomes COMMAND
//
// With --here this very process joins it, in place of one that was forked.

import { keepStdio } from 'slipway/exec/stdio.ts';
import { O_CLOEXEC } from 'slipway/linux/constants.ts';
import { open } from 'slipway/linux/files.ts';
import { fork } from 'slipway/linux/fork.ts';
import { setns } from 'slipway/linux/namespaces.ts';
import { _exit, execve, exitCode, waitpid } from 'slipway/linux/process.ts';
import { findProgram } from 'slipway/runtime/program.ts';

const here = process.argv[2] === '--here';
const [file = '', name = '', ...words] = process.argv.slice(here ? 3 : 2);
const env = ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'];

try {
  const child = here ? 0 : fork();
  if (child === 0) become();
  _exit(exitCode(waitpid(child).status));
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  _exit(1);
}

/** Joins, and starts the command. */
function become(): void {
  setns(open(file, O_CLOEXEC), 0); // 0: whatever kind of namespace it is
  keepStdio();
  execve(findProgram(name, env), [name, ...words], env);
}
