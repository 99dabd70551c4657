// The processes of a cgroup: which they are, and how to end all of them, also those that go on forking.

import { SIGKILL } from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { poll } from '../linux/poll.ts';
import { getpid, kill } from '../linux/process.ts';
import { readFile, writeFile } from './files.ts';
import { thawAll, tryFreeze } from './freezer.ts';
import { childrenOf, type Part } from './part.ts';

const PATIENCE = { rounds: 200, pauseMs: 5 };

/** The pids in it and in the cgroups below. */
export function processesOf(parts: readonly Part[]): number[] {
  return [...new Set(parts.flatMap(processesBelow))];
}

function processesBelow(part: Part): number[] {
  const own = (readFile(part, 'cgroup.procs') ?? '').split('\n').filter(Boolean).map(Number);
  return [...own, ...childrenOf(part).flatMap(processesBelow)];
}

/**
 * Ends them all. v2 has a file for it since Linux 5.14. On v1 the cgroup is frozen while each gets its signal, so that
 * none can fork away from it. A caller that is in there is left, and freezes nothing: it would stand still for ever.
 */
export function killAll(parts: readonly Part[]): void {
  const v2 = parts.find(({ version }) => version === 2);
  for (let round = 0; round < PATIENCE.rounds; round++) {
    const pids = processesOf(parts);
    if (pids.length === 0) return;
    const own = getpid();
    if (pids.every((pid) => pid === own)) return;
    const isInside = pids.includes(own);
    if (v2 && parts.length === 1 && !isInside && tryKillFile(v2)) return;
    if (!isInside) tryFreeze(parts, true);
    for (const pid of processesOf(parts)) if (pid !== own) killQuietly(pid);
    thawAll(parts); // frozen processes of v1 do not even die
    poll([], PATIENCE.pauseMs);
  }
}

function tryKillFile(v2: Part): boolean {
  try {
    writeFile(v2, 'cgroup.kill', '1');
    return true;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return readFile(v2, 'cgroup.procs') === undefined; // an old kernel, or all is gone
    throw error;
  }
}

function killQuietly(pid: number): void {
  try {
    kill(pid, SIGKILL);
  } catch (error) {
    if (!isErrno(error, 'ESRCH')) throw error;
  }
}
