// All checks, and which of them a machine can take.

import type { Check, Need } from './check.ts';
import { cpuChecks } from './cpu.ts';
import { devicesChecks } from './devices.ts';
import { folderChecks } from './folder.ts';
import { freezerChecks } from './freezer.ts';
import { hugetlbChecks } from './hugetlb.ts';
import { ioChecks } from './io.ts';
import { memoryChecks } from './memory.ts';
import { pidsChecks } from './pids.ts';

/** By what they are about. */
export const CHECKS: Readonly<Record<string, readonly Check[]>> = {
  folder: folderChecks,
  cpu: cpuChecks,
  memory: memoryChecks,
  pids: pidsChecks,
  io: ioChecks,
  devices: devicesChecks,
  freezer: freezerChecks,
  hugetlb: hugetlbChecks,
};

/** What the check needs that the machine does not have. */
export function missingFor({ needs = [] }: Check, has: readonly Need[]): Need[] {
  return needs.filter((need) => !has.includes(need));
}
