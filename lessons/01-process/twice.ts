// twice.ts   one process becomes two, and each of them tells what it sees

import { writeSync } from 'node:fs';
import { fork } from 'slipway/linux/fork.ts';
import { _exit, getpid, getppid, waitpid } from 'slipway/linux/process.ts';

export function twice(): void {
  let fruit = 'apple';
  say(`parent: I am ${getpid()}`);
  const pid = fork();
  if (pid === 0) {
    fruit = 'pear';
    say(`child: fork returned ${pid}, I am ${getpid()}`);
    say(`child: my parent is ${getppid()}, my fruit a ${fruit}`);
    _exit(0);
  }
  waitpid(pid);
  say(`parent: fork returned ${pid}, I am ${getpid()}`);
  say(`parent: my fruit an ${fruit}`);
}

/** Not console.log: a forked child leaves alone whatever works in the background. */
function say(line: string): void {
  writeSync(1, `${line}\n`);
}

twice();
