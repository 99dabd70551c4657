// What is known of a container's life: state.json, written by its shim alone.
//
// The file is a hint and the kernel is the truth: a container runs only if the process with that pid exists, began at
// that moment, and the machine has not been started anew since. A pid alone may by now be a stranger's.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { containerFolder } from './places.ts';
import { readJson, writeWhole } from './whole-file.ts';

export interface State {
  status: 'created' | 'running' | 'exited';
  pid?: number;
  /** Field 22 of /proc/PID/stat: clock ticks after the machine's start. */
  pidStartedAt?: string;
  bootId?: string;
  cgroupPath?: string;
  startedAt?: string;
  finishedAt?: string;
  exitCode?: number;
  oomKilled?: boolean;
}

export function saveState(id: string, state: State): void {
  writeWhole(join(containerFolder(id), 'state.json'), `${JSON.stringify(state, null, 2)}\n`, { durable: false });
}

/** The state as it is now. One that says running although nothing runs has become `exited` with code 137. */
export function loadState(id: string): State {
  const state = readJson<State>(join(containerFolder(id), 'state.json')) ?? { status: 'created' };
  if (state.status !== 'running' || isAlive(state)) return state;
  return { ...state, status: 'exited', exitCode: 137 };
}

/** The facts by which a process is known again. */
export function identityOf(pid: number): { pid: number; pidStartedAt: string; bootId: string } {
  return { pid, pidStartedAt: startOf(pid) ?? '', bootId: bootId() };
}

/** True when the process of this state is still that process. */
export function isAlive({ pid, pidStartedAt, bootId: boot }: State): boolean {
  return pid !== undefined && boot === bootId() && startOf(pid) === pidStartedAt;
}

/** When the process began, or undefined when there is none or only its corpse (Z, X). */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in parentheses, may hold anything: count the fields behind the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}
