// The container's host name: chosen, shared with the network or UTS namespace that it lives in, or the start of its id.

import { hostname as machineName } from 'node:os';
import type { ContainerOptions } from '../options.ts';
import type { SpecContext } from './context.ts';
import { sharesNameWith } from './namespaces.ts';

/** As Docker has it: who shares the network of the host, or of another container, has its name too. */
export function hostnameFor({ hostname, namespaces }: ContainerOptions, context: SpecContext): string {
  if (hostname !== undefined) return hostname;
  const other = sharesNameWith(namespaces);
  if (other !== undefined) return context.hostnameOf(other);
  const isHost = namespaces.uts === 'host' || namespaces.network === 'host';
  return isHost ? machineName() : context.id.slice(0, 12);
}
