// Descriptors beyond stdio that the program gets as they are: sockets of systemd's (LISTEN_FDS, man 3 sd_listen_fds), and
// those that --preserve-fds counts.

import { readlinkSync } from 'node:fs';

export interface GivenDescriptors {
  /** From 3 on. */
  preservedFds: number;
  /** What the program's environment has to say of them. */
  env: string[];
}

/** @throws Error when one of them was not given to us. */
export function givenDescriptors(extra: number): GivenDescriptors {
  const { LISTEN_PID, LISTEN_FDS } = process.env;
  const listening = LISTEN_PID === String(process.pid) ? Number(LISTEN_FDS) || 0 : 0;
  const preservedFds = listening + extra;
  for (let fd = 3; fd < 3 + preservedFds; fd++) {
    if (!isGiven(fd))
      throw new Error(`of the ${preservedFds} descriptors from 3 on that are to be kept, ${fd} is not open`);
  }
  return { preservedFds, env: listening === 0 ? [] : [`LISTEN_FDS=${listening}`, 'LISTEN_PID=1'] };
}

/** The first descriptor that Node opens for itself, with the lowest number that is free, is that of its event loop. */
function isGiven(fd: number): boolean {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`) !== 'anon_inode:[eventpoll]';
  } catch {
    return false;
  }
}
