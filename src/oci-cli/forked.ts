// Work that needs a process with one thread (man 2 setns, clone3): a forked child does it, and this process waits.

import { fork } from '../linux/fork.ts';
import { _exit, waitpid } from '../linux/process.ts';
import { dieWithParent, reportingFailure } from '../runtime/become.ts';
import { type Channel, makeChannel } from '../runtime/channel.ts';
import { StartError } from '../runtime/failure.ts';
import type { Log } from './log.ts';

/**
 * Has the work done by a child that dies with us.
 * @param work gets what it needs to say a sentence to the user. @returns the pid of what it has started.
 * @throws StartError when it has failed, Error when it was killed.
 */
export function inForkedChild(log: Log, work: (notice: (sentence: string) => void) => number): number {
  const [ours, theirs] = makeChannel();
  const child = fork();
  if (child === 0) {
    reportingFailure(theirs, () => {
      ours.close();
      dieWithParent(theirs);
      theirs.send({ pid: work((notice) => theirs.send({ notice })) });
      _exit(0);
    });
  }
  theirs.close();
  try {
    return hear(ours, log);
  } finally {
    ours.close();
    waitpid(child);
  }
}

function hear(channel: Channel, log: Log): number {
  for (let message = channel.receive(); message !== undefined; message = channel.receive()) {
    if ('notice' in message) log.warn(message.notice);
    if ('failed' in message) throw new StartError(message.failed);
    if ('pid' in message) return message.pid;
  }
  throw new Error('the process that was to start the program was killed');
}
