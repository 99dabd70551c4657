// The processes of the guard, as /proc shows them.

import { readdirSync, readFileSync } from 'node:fs';

export function processes(): number[] {
  return readdirSync('/proc')
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

/** Empty for a process that has just ended. */
function fileOf(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1');
  } catch {
    return '';
  }
}
