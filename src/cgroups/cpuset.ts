// The cpuset controller: on which processors, and from which memory nodes. The same file names on v1 and v2.
// On v1 a new cpuset is empty and takes no process in until it has both, so it inherits its parent's.

import type { Resources } from '../oci.ts';
import { type Setting, setting } from './setting.ts';

export function cpuset({ cpu = {} }: Resources): Setting[] {
  return [...setting('cpuset.cpus', cpu.cpus || undefined), ...setting('cpuset.mems', cpu.mems || undefined)];
}

/** What a v1 cpuset needs of its parent before anything else. */
export const INHERITED_V1 = ['cpuset.cpus', 'cpuset.mems'];
