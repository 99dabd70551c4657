// Kernel settings of the container's own namespaces. Docker lets programs of every user ping and listen on low ports,
// which harms nobody in a network namespace of one's own.

import { existsSync } from 'node:fs';
import { isInUserNamespace as areWeInUserNamespace } from '../../linux/namespaces.ts';
import { isInUserNamespace, type ResolvedOptions } from './namespaces.ts';

/** Docker's settings, and the user's over them. */
export function makeSysctls(options: ResolvedOptions): Record<string, string> {
  if (options.namespaces.network !== 'none') return options.sysctls;
  const defaults = {
    // It names group ids, and a user namespace may not have all of them: the container's, or one that Slipway runs in.
    ...(isInUserNamespace(options.namespaces) || areWeInUserNamespace()
      ? {}
      : { 'net.ipv4.ping_group_range': '0 2147483647' }),
    'net.ipv4.ip_unprivileged_port_start': '0',
  };
  const known = Object.entries(defaults).filter(([key]) => existsSync(`/proc/sys/${key.replaceAll('.', '/')}`));
  return { ...Object.fromEntries(known), ...options.sysctls };
}
