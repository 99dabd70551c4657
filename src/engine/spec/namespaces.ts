// Which namespaces the container gets: new ones, the host's (then it is not listed), or another container's by path.

import type { Namespace, NamespaceType } from '../../oci.ts';
import type { ContainerOptions, NamespaceMode, NamespaceOptions } from '../options.ts';
import type { SpecContext } from './context.ts';

/** The options that name a container, and the kind of namespace that each is about. */
const KINDS = {
  user: 'user',
  pid: 'pid',
  network: 'network',
  ipc: 'ipc',
  uts: 'uts',
  cgroup: 'cgroup',
  time: 'time',
} as const satisfies Record<keyof NamespaceOptions, NamespaceType>;

/** Options in which nothing is left open: whose user namespace it is, and `host` for what a container shares with it. */
export type ResolvedNamespaces = NamespaceOptions & { user: NamespaceMode };

export type ResolvedOptions = ContainerOptions & { namespaces: ResolvedNamespaces };

/**
 * Decides what the options leave open. Root's containers share the host's user namespace, unless they are told not to.
 * An ordinary user's cannot: they have one of their own, or that of the container whose other namespaces they join,
 * because only there they have any right to those.
 * @throws Error for a mix that cannot be had.
 */
export function resolveNamespaces(options: NamespaceOptions, context: SpecContext): ResolvedNamespaces {
  const resolved = { ...options, user: context.rootless ? userModeOfOrdinaryUser(options) : (options.user ?? 'host') };
  for (const [name, type] of Object.entries(KINDS) as [keyof NamespaceOptions, NamespaceType][]) {
    const joined = joinedContainer(resolved[name]);
    if (joined !== undefined && context.namespacePath(joined, type) === undefined) resolved[name] = 'host';
  }
  return resolved;
}

function userModeOfOrdinaryUser(options: NamespaceOptions): NamespaceMode {
  if (options.user === 'host') throw new Error("--userns host needs root: an ordinary user's rights end at the host's");
  const modes = Object.keys(KINDS).map((name) => options[name as keyof NamespaceOptions]);
  const joined = [...new Set(modes.filter((mode) => joinedContainer(mode) !== undefined))] as NamespaceMode[];
  if (joined.length > 1) {
    throw new Error(`namespaces of several containers (${joined.join(', ')}) can be joined by root alone: name one`);
  }
  if (joined[0] === undefined) return 'private';
  if (options.user === 'private') {
    throw new Error(
      `conflicting options: --userns private and ${joined[0]}, whose namespaces belong to its user namespace`,
    );
  }
  return joined[0];
}

/** X of `container:X`. */
export function joinedContainer(mode: string | undefined): string | undefined {
  return mode?.startsWith('container:') ? mode.slice('container:'.length) : undefined;
}

/** The mount namespace is always new; all others follow their option. */
export function makeNamespaces(options: ResolvedNamespaces, context: SpecContext): Namespace[] {
  const others = (Object.keys(KINDS) as (keyof typeof KINDS)[]).flatMap((name) => {
    const mode = options[name];
    if (mode === 'host') return [];
    const joined = joinedContainer(mode);
    const path = joined === undefined ? undefined : context.namespacePath(joined, KINDS[name]);
    return [{ type: KINDS[name], ...(path === undefined ? {} : { path }) }];
  });
  return [{ type: 'mount' }, ...others];
}

/** True when the container's root is not the host's: it lacks rights over what belongs to the host. */
export function isInUserNamespace({ user }: ResolvedNamespaces): boolean {
  return user !== 'host';
}

/** True when the container's user namespace does not own its namespace of this kind, and has no rights over it. */
export function isForeign(name: 'pid' | 'network' | 'cgroup', options: ResolvedNamespaces): boolean {
  const mode = options[name];
  const isOwn = mode !== 'host' && (joinedContainer(mode) === undefined || mode === options.user);
  return isInUserNamespace(options) && !isOwn;
}

/** The container whose host name, /etc/hosts and the like this one shares, with its network or its UTS namespace. */
export function sharesNameWith({ uts, network }: NamespaceOptions): string | undefined {
  return joinedContainer(uts) ?? joinedContainer(network);
}
