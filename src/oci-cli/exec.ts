// Starts another program in a container, and stays with it or does not.

import { stayWith } from '../engine/attach.ts';
import { SIGKILL } from '../linux/constants.ts';
import { close } from '../linux/files.ts';
import { fork } from '../linux/fork.ts';
import { kill } from '../linux/process.ts';
import { socketpair } from '../linux/sockets.ts';
import { NAMESPACE_TYPES } from '../namespaces/flags.ts';
import type { Process } from '../oci.ts';
import { type ExecPlan, startDetached, superviseExec } from '../runtime/exec.ts';
import { lastResort } from '../runtime/last-resort.ts';
import type { ProgramIo } from '../runtime/program-io.ts';
import { inForkedChild } from './forked.ts';
import type { Log } from './log.ts';
import { writePidFile } from './pid-file.ts';
import { type Container, loadConfig } from './store.ts';

export interface ExecWishes {
  io: ProgramIo;
  pidFile: string | undefined;
  log: Log;
}

/** The program runs in all of the container's namespaces, in its cgroup, and under its filter. */
export function planOf(container: Container, process: Process): ExecPlan {
  const { id, pid, pidStartedAt, cgroupPath } = container;
  if (pid === undefined || pidStartedAt === undefined) throw new Error(`container "${id}" has no first process`);
  const spec = { ...loadConfig(container), process };
  const { bundle: bundleFolder } = container;
  return {
    containerId: id,
    bundleFolder,
    target: { pid, startedAt: pidStartedAt },
    cgroupPath,
    spec,
    types: NAMESPACE_TYPES,
  };
}

/** @returns 0 as soon as the program has begun. @throws Error; the program does not run then. */
export function execDetached(plan: ExecPlan, { io, pidFile, log }: ExecWishes): number {
  const pid = inForkedChild(log, (notice) => startDetached(plan, io, notice));
  try {
    if (pidFile !== undefined) writePidFile(pidFile, pid);
    return 0;
  } catch (error) {
    kill(pid, SIGKILL);
    throw error;
  }
}

/** @returns the program's exit code. */
export async function execAttended(plan: ExecPlan, { io, pidFile, log }: ExecWishes): Promise<number> {
  const [ours, theirs] = socketpair();
  if (fork() === 0) {
    lastResort(() => {
      close(ours);
      const started = (pid: number) => pidFile !== undefined && writePidFile(pidFile, pid);
      superviseExec(plan, { interactive: true, preservedFds: io.preservedFds, started }, theirs);
    });
  }
  close(theirs);
  const notice = (sentence: string) => log.warn(sentence);
  const { exitCode } = await stayWith(ours, { interactive: true, passSignals: true, notice });
  return exitCode;
}
