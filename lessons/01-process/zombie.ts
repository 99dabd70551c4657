// zombie.ts   a child that has ended, before and after its parent asks how

import { existsSync, readFileSync, writeSync } from 'node:fs';
import { P_PID, SIGKILL, WEXITED, WNOWAIT } from 'slipway/linux/constants.ts';
import { fork } from 'slipway/linux/fork.ts';
import { _exit, kill, waitid, waitpid } from 'slipway/linux/process.ts';

export function leaveZombie(): void {
  const pid = fork();
  if (pid === 0) _exit(3);

  // WNOWAIT: tell me that it has ended, and leave it as it is.
  waitid(P_PID, pid, WEXITED | WNOWAIT);
  say(readFileSync(`/proc/${pid}/status`, 'utf8').match(/^State:.*$/m)?.[0]);
  say(`command line: ${readFileSync(`/proc/${pid}/cmdline`).length} bytes`);

  kill(pid, SIGKILL);
  say(`after SIGKILL: ${existsSync(`/proc/${pid}`) ? 'still there' : 'gone'}`);

  const { status } = waitpid(pid);
  say(`waitpid: ${JSON.stringify(status)}`);
  say(`after waitpid: ${existsSync(`/proc/${pid}`) ? 'still there' : 'gone'}`);
}

function say(text = ''): void {
  writeSync(1, `${text}\n`);
}

leaveZombie();
