// The pids controller: how many processes and threads. A fork bomb ends here. pids.max on v1 and v2 alike.

import type { Resources } from '../oci.ts';
import { type Setting, setting } from './setting.ts';

/** 0 and -1 are no limit. */
export function pids({ pids: resource }: Resources): Setting[] {
  if (resource === undefined) return [];
  return setting('pids.max', resource.limit > 0 ? resource.limit : 'max');
}
