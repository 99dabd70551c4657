// Descriptors beyond stdio that the program gets as they are: sockets of systemd's (LISTEN_FDS, man 3 sd_listen_fds), and
// those that --preserve-fds counts.

import { isErrno } from '../linux/door.ts';
import { fstat } from '../linux/files.ts';

export interface GivenDescriptors {
  /** From 3 on. */
  preservedFds: number;
  /** What the program's environment has to say of them. */
  env: string[];
}

/** @throws Error when one of them is not open. */
export function givenDescriptors(extra: number): GivenDescriptors {
  const { LISTEN_PID, LISTEN_FDS } = process.env;
  const listening = LISTEN_PID === String(process.pid) ? Number(LISTEN_FDS) || 0 : 0;
  const preservedFds = listening + extra;
  for (let fd = 3; fd < 3 + preservedFds; fd++) requireOpen(fd, preservedFds);
  return { preservedFds, env: listening === 0 ? [] : [`LISTEN_FDS=${listening}`, 'LISTEN_PID=1'] };
}

function requireOpen(fd: number, count: number): void {
  try {
    fstat(fd);
  } catch (error) {
    if (!isErrno(error, 'EBADF')) throw error;
    throw new Error(`--preserve-fds: of the ${count} descriptors from 3 on, ${fd} is not open`);
  }
}
