// What of /proc and /sys a container does not see (masked) or may not change (read-only). Docker's lists.

import { readdirSync } from 'node:fs';

const MASKED = [
  '/proc/acpi',
  '/proc/asound',
  '/proc/interrupts', // tells of the host's other work
  '/proc/kcore', // the machine's memory
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/sys/devices/virtual/powercap', // power use tells what others compute
  '/sys/firmware',
];

/** Read-only for every container that is not privileged. */
export const READONLY_PATHS = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];

/** The masked paths, with the thermal counters of the processors that this machine has. */
export function maskedPaths(): string[] {
  return [...MASKED, ...thermalPaths()];
}

const CPU_FOLDER = '/sys/devices/system/cpu';

function thermalPaths(): string[] {
  try {
    const cpus = readdirSync(CPU_FOLDER).filter((name) => /^cpu\d+$/.test(name));
    return cpus.map((cpu) => `${CPU_FOLDER}/${cpu}/thermal_throttle`);
  } catch {
    return [];
  }
}
