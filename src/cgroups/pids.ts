// The pids controller: how many processes and threads. A fork bomb ends here. pids.max on v1 and v2 alike.

import type { Resources } from '../oci.ts';
import { maxOr, type Setting, setting } from './setting.ts';

/** 0 is a limit too: what is there already stays, and can fork nothing. */
export function pids({ pids: { limit } = {} }: Resources): Setting[] {
  return setting('pids.max', limit === undefined ? undefined : maxOr(limit));
}
