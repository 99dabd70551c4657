// How the kernel is to run the program: who gets the processor and the disk first, which memory it uses, and what kind of
// machine it takes this one for. All of it stays with the process through execve, and its children inherit it. It takes
// rights that the program is not given, so it is done before they are dropped.

import {
  IO_CLASSES,
  MEMORY_MODE_FLAGS,
  MEMORY_MODES,
  PERSONALITIES,
  SCHED_FLAGS,
  SCHED_POLICIES,
} from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { ioprio_set, personality, sched_setaffinity, sched_setattr, set_mempolicy } from '../linux/scheduling.ts';
import type { IoPriority, MemoryPolicy, Scheduler, Spec } from '../oci.ts';

/** @throws Error for what this process has no right to, or this kernel cannot do. */
export function applyScheduling({ process, linux = {} }: Spec): void {
  if (linux.personality) personality(linux.personality.domain === 'LINUX32' ? PERSONALITIES.PER_LINUX32 : 0);
  if (linux.memoryPolicy) setMemoryPolicy(linux.memoryPolicy);
  if (process.scheduler) setScheduler(process.scheduler);
  if (process.ioPriority) setIoPriority(process.ioPriority);
}

function setMemoryPolicy({ mode, nodes = '', flags = [] }: MemoryPolicy): void {
  const sum = flags.reduce((all, flag) => all | MEMORY_MODE_FLAGS[flag], 0);
  set_mempolicy(MEMORY_MODES[mode], sum, parseList(nodes));
}

function setScheduler(scheduler: Scheduler): void {
  const { policy, flags = [], nice = 0, priority = 0, runtime = 0, deadline = 0, period = 0 } = scheduler;
  const sum = flags.reduce((all, flag) => all | SCHED_FLAGS[flag], 0);
  try {
    sched_setattr({ policy: SCHED_POLICIES[policy], flags: sum, nice, priority, runtime, deadline, period });
  } catch (error) {
    if (!isErrno(error, 'EPERM')) throw error;
    throw new Error(
      `process.scheduler: ${policy} is refused (EPERM). It needs CAP_SYS_NICE; realtime on cgroup v1 also linux.resources.cpu.realtimeRuntime`,
      { cause: error },
    );
  }
}

function setIoPriority({ class: name, priority }: IoPriority): void {
  ioprio_set(IO_CLASSES[name], priority);
}

/** Only for a program that joins a container, says the specification. `0-3` as in Process.execCPUAffinity. */
export function setAffinity(cpus: string | undefined): void {
  if (cpus) sched_setaffinity(parseList(cpus));
}

/** `0-2,7` as 0, 1, 2, 7. */
export function parseList(list: string): number[] {
  return list
    .split(',')
    .filter(Boolean)
    .flatMap((part) => {
      const [first = 0, last = first] = part.split('-').map(Number);
      return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
    });
}
