// Realtime processor time on v1: a cgroup can only have of it what the one above has, and a new one has none.

import { readFile } from './files.ts';
import { levelsOf } from './make.ts';
import type { Part } from './part.ts';
import { writeSettings } from './write-settings.ts';

/** Gives every cgroup between the root and this one as much as the machine allows (950 ms of every second). */
export function passRealtimeDown(part: Part): void {
  const root = { ...part, folder: part.mountPoint };
  const value = readFile(root, 'cpu.rt_runtime_us');
  if (value === undefined) return;
  for (const folder of levelsOf(part).slice(0, -1))
    writeSettings({ ...part, folder }, [{ file: 'cpu.rt_runtime_us', value }]);
}
