// The processes of the guard, as /proc shows them.

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { statField } from '../../linux/proc-stat.ts';

/** @param proc a container's, which shows other ones. */
export function processes(proc = '/proc'): number[] {
  return readdirSync(proc)
    .map(Number)
    .filter((pid) => pid > 0);
}

/** Its words, each ended by a zero byte. */
export function cmdline(pid: number): string {
  return fileOf(pid, 'cmdline');
}

export function parentOf(pid: number): number {
  return Number(/^PPid:\s*(\d+)/m.exec(fileOf(pid, 'status'))?.[1] ?? 0);
}

/** `R` for running, `S` for asleep (man 5 proc); empty for one that is gone. */
export function stateOf(pid: number): string {
  return statField(fileOf(pid, 'stat'), 3) ?? '';
}

/** Those in a PID namespace: `pid:[4026531836]`. */
export function processesIn(namespace: string): number[] {
  return processes().filter((pid) => namespaceOf(pid, 'pid') === namespace);
}

/** A process's namespace of a kind: `user:[4026531837]`. Undefined for one that has ended. */
export function namespaceOf(pid: number, kind: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/${kind}`);
  } catch {
    return undefined;
  }
}

/** Empty for a process that has just ended. */
function fileOf(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1');
  } catch {
    return '';
  }
}
