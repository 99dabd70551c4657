// my-shim.ts DIR COMMAND…   runs a command in the background, and looks after it as a container's shim does
//
// It prints the number of the shim, and is gone. The command's output goes to DIR/log.jsonl, a line of JSON for each line, and
// the code that it ended with to DIR/exit.

import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { closeChildEnds, detachStdio, makeStdio, type Stdio, takeStdio } from 'slipway/exec/stdio.ts';
import { POLLIN, PR_SET_CHILD_SUBREAPER, SIGCHLD, SIGTERM } from 'slipway/linux/constants.ts';
import { tryRead } from 'slipway/linux/files.ts';
import { fork } from 'slipway/linux/fork.ts';
import { poll } from 'slipway/linux/poll.ts';
import {
  _exit,
  execve,
  exitCode,
  pidfd_open,
  pidfd_send_signal,
  prctl,
  setsid,
  waitpid,
} from 'slipway/linux/process.ts';
import { blockSignals, readSignal, resetSignals, signalfd } from 'slipway/linux/signals.ts';
import { LogLines } from 'slipway/runtime/log-lines.ts';
import { endOrphans, reapOrphans } from 'slipway/runtime/orphans.ts';
import { findProgram } from 'slipway/runtime/program.ts';

const [folder = '', name = '', ...words] = process.argv.slice(2);
const env = ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'];

const shim = fork();
if (shim === 0) _exit(supervise());
console.log(shim);
_exit(0);

/** Starts the command, and stays with it. It has no event loop: the loop is our own. */
function supervise(): number {
  setsid(); // Ctrl-C in the terminal that we were started in is not for us
  detachStdio();
  const wanted = [SIGTERM, SIGCHLD];
  blockSignals(wanted); // in place of interrupting us, they wait in a descriptor
  const signals = signalfd(wanted);
  // TODO: what the command leaves behind is to become our child.
  const stdio = makeStdio({ interactive: false });
  const pid = fork();
  if (pid === 0) becomeCommand(stdio);
  closeChildEnds(stdio);
  const pidfd = pidfd_open(pid);
  const sources = (['stdout', 'stderr'] as const).map((stream) => {
    return { fd: stdio.shim[stream], lines: new LogLines(stream), isOpen: true };
  });
  let isOver = false;
  while (!isOver) {
    // TODO: wait for what can be read, too.
    const events = poll([signals, pidfd].map((fd) => ({ fd, events: POLLIN })));
    isOver = events[1] !== 0;
    takeSignals(signals, pidfd, pid);
    // TODO: keep what has come.
  }
  keepRecords(sources.map(({ lines }) => lines.end()).join(''));
  writeFileSync(join(folder, 'exit'), `${exitCode(waitpid(pid).status)}\n`);
  // TODO: end what the command has left.
  return 0;
}

interface Source {
  fd: number;
  lines: LogLines;
  isOpen: boolean;
}

/** Writes down what there is to be read, and does not wait for more: a grandchild may hold the pipe open. */
function keep(source: Source): void {
  // TODO: tryRead() gives the number of bytes; 0 at the end, and less when there is nothing now.
}

function keepRecords(records: string): void {
  appendFileSync(join(folder, 'log.jsonl'), records);
}

/** A signal to us is meant for the command; but SIGCHLD says that a child of ours has ended. */
function takeSignals(signals: number, pidfd: number, pid: number): void {
  while (readSignal(signals) !== undefined); // TODO: it is for the command, or it is SIGCHLD
}

function becomeCommand(stdio: Stdio): void {
  takeStdio(stdio);
  resetSignals();
  execve(findProgram(name, env), [name, ...words], env);
}
