// Which namespaces the container gets: new ones, the host's (then it is not listed), or another container's by path.

import type { Namespace, NamespaceType } from '../../oci.ts';
import type { NamespaceOptions } from '../options.ts';
import type { SpecContext } from './context.ts';

/** The mount namespace is always new; all others follow their option. */
export function makeNamespaces(options: NamespaceOptions, context: SpecContext): Namespace[] {
  const wanted: [NamespaceType, string][] = [
    ['pid', options.pid],
    ['network', options.network],
    ['ipc', options.ipc],
    ['uts', options.uts],
    ['cgroup', options.cgroup],
    ['time', options.time],
  ];
  const user: Namespace[] = hasNewUserNamespace(options, context) ? [{ type: 'user' }] : [];
  const others = wanted.flatMap(([type, mode]) => namespaceOf(type, mode, context));
  return [{ type: 'mount' }, ...user, ...namespaceOf('user', joined(options.user), context), ...others];
}

/** An ordinary user needs a user namespace for all else, and gets one without asking. */
export function hasNewUserNamespace({ user }: NamespaceOptions, { rootless }: Pick<SpecContext, 'rootless'>): boolean {
  return user === 'private' || (user === 'host' && rootless);
}

function joined(mode: string): string {
  return mode.startsWith('container:') ? mode : 'host';
}

function namespaceOf(type: NamespaceType, mode: string, context: SpecContext): Namespace[] {
  if (mode === 'host') return [];
  if (!mode.startsWith('container:')) return [{ type }];
  return [{ type, path: context.namespacePath(mode.slice('container:'.length), type) }];
}
