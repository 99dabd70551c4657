// What traffic control and netfilter know a container's packets by. v1 alone has controllers for it.
//
//     net_cls   net_cls.classid      1048577      the class that each packet gets
//     net_prio  net_prio.ifpriomap   eth0 5       its priority on a device

import type { Resources } from '../oci.ts';
import { type Setting, setting } from './setting.ts';

export function netClsV1({ network: { classID } = {} }: Resources): Setting[] {
  return setting('net_cls.classid', classID);
}

/** A write for each device. */
export function netPrioV1({ network: { priorities = [] } = {} }: Resources): Setting[] {
  return priorities.flatMap(({ name, priority }) => setting('net_prio.ifpriomap', `${name} ${priority}`));
}
