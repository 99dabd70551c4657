// What is known of a container's life: state.json, written by its shim alone.
//
// The file is a hint and the kernel is the truth: a container runs only if the process with that pid exists, began at
// that moment, and the machine has not been started anew since. A pid alone may by now be a stranger's.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { statField } from '../linux/proc-stat.ts';
import { exists, isCode } from './disk.ts';
import { containerFolder } from './places.ts';
import { readJson, writeOver, writeWhole } from './whole-file.ts';

export interface State {
  /** `restarting`: it has ended, and its shim is going to start it again. */
  status: 'created' | 'running' | 'restarting' | 'exited';
  pid?: number;
  /** Field 22 of /proc/PID/stat: clock ticks after the machine's start. */
  pidStartedAt?: string;
  bootId?: string;
  cgroupPath?: string;
  startedAt?: string;
  finishedAt?: string;
  exitCode?: number;
  oomKilled?: boolean;
  /** Why it could not be started. */
  error?: string;
  /** How often its shim has started it again. */
  restartCount?: number;
  /** The shim, while it waits to start it again. */
  shim?: Identity;
  health?: Health;
  /** How many records its log lacks at the end, for want of room. */
  logMissing?: number;
}

/** What the health check of a container has found (health.ts). */
export interface Health {
  status: 'starting' | 'healthy' | 'unhealthy';
  /** How often in a row it has failed. */
  failingStreak: number;
  /** The last probes, the newest at the end. */
  log: Probe[];
}

export interface Probe {
  /** ISO 8601. */
  start: string;
  end: string;
  exitCode: number;
  output: string;
}

/** The facts by which a process is known again. */
export interface Identity {
  pid: number;
  /** Field 22 of /proc/PID/stat: clock ticks after the machine's start. */
  pidStartedAt: string;
  bootId: string;
}

/** Writes it whole; on a full disk, where there is no room for a second file, over the old one. */
export function saveState(id: string, state: State): void {
  const path = join(containerFolder(id), 'state.json');
  const text = `${JSON.stringify(state, null, 2)}\n`;
  try {
    writeWhole(path, text);
  } catch (error) {
    if (!isCode(error, 'ENOSPC', 'EDQUOT') || !exists(path)) throw error;
    writeOver(path, text);
  }
}

/** What an end is called whose shim was killed: nobody saw how the program ended, but that it was killed with it. */
const KILLED = 137;
/** When nothing at all is known: the machine was started anew, or the file is damaged. */
const UNKNOWN = 255;

/** The state as it is now: one that says running although nothing runs has become `exited`. */
export function loadState(id: string, folder = containerFolder(id)): State {
  const path = join(folder, 'state.json');
  const state = readJson(path);
  if (state === undefined && !exists(path)) return { status: 'created' };
  if (state === undefined || !isState(state)) return { status: 'exited', exitCode: UNKNOWN };
  if (state.status === 'restarting' && !isAlive(state.shim ?? {})) return { ...state, status: 'exited' };
  if (state.status !== 'running' || isAlive(state)) return state;
  return { ...state, status: 'exited', exitCode: state.bootId === bootId() ? KILLED : UNKNOWN };
}

function isState(value: object): value is State {
  const { status, exitCode, pid, cgroupPath } = value as Partial<State>;
  if (pid !== undefined && !(Number.isInteger(pid) && pid > 0)) return false;
  if (cgroupPath !== undefined && typeof cgroupPath !== 'string') return false;
  return status === 'created' || status === 'running' || (isEnd(status) && Number.isInteger(exitCode));
}

function isEnd(status: unknown): boolean {
  return status === 'exited' || status === 'restarting';
}

export function identityOf(pid: number): Identity {
  return { pid, pidStartedAt: startOf(pid) ?? '', bootId: bootId() };
}

/** True when the process of this state is still that process. */
export function isAlive({ pid, pidStartedAt, bootId: boot }: Partial<State>): boolean {
  return pid !== undefined && pidStartedAt !== undefined && boot === bootId() && startOf(pid) === pidStartedAt;
}

/** When the process began, or undefined when there is none or only its corpse (Z, X). */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return /^[ZX]$/.test(statField(stat, 3) ?? '') ? undefined : statField(stat, 22);
  } catch {
    return undefined;
  }
}

let knownBootId: string | undefined;

/** Asked once: a process does not outlive its boot. */
function bootId(): string {
  knownBootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return knownBootId;
}
