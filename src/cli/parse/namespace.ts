// --pid, --ipc, --uts, --network and their kin: whose namespace the container lives in.

import type { IpcMode, NamespaceMode, NetworkMode } from '../../engine/options.ts';
import type { NamespaceType } from '../../oci.ts';

/** `private`, `host` or `container:NAME`. @param kind as Docker calls it: PID, UTS, USER. */
export function parseMode(kind: string): (text: string) => NamespaceMode {
  return (text) => {
    if (text === 'private' || text === 'host' || isContainer(text)) return text;
    throw new Error(`invalid ${kind} mode "${text}": it is none of private, host, container:NAME`);
  };
}

/** As parseMode(), and `none` and `shareable`. */
export function parseIpcMode(text: string): IpcMode {
  if (text === 'none' || text === 'shareable' || text === 'private' || text === 'host' || isContainer(text))
    return text;
  throw new Error(`invalid IPC mode "${text}": it is none of private, shareable, none, host, container:NAME`);
}

/** `none`, `host` or `container:NAME`. */
export function parseNetworkMode(text: string): NetworkMode {
  if (text === 'none' || text === 'host' || isContainer(text)) return text;
  if (text === 'bridge' || text === 'default') {
    throw new Error(
      'a network with a bridge comes later. Until then there are none (the default), host, container:NAME',
    );
  }
  throw new Error(`network ${text} not found: it is none of none, host, container:NAME`);
}

function isContainer(text: string): text is `container:${string}` {
  return /^container:[^\s/]+$/.test(text);
}

/** The names that tools and people use, and the specification's. */
const TYPES: Record<string, NamespaceType> = {
  mnt: 'mount',
  mount: 'mount',
  uts: 'uts',
  ipc: 'ipc',
  pid: 'pid',
  net: 'network',
  network: 'network',
  user: 'user',
  cgroup: 'cgroup',
  time: 'time',
};

/** `net,uts` for exec --ns. @throws Error naming the word that is no kind of namespace. */
export function parseNamespaceTypes(text: string): NamespaceType[] {
  const types = text.split(',').map((word) => {
    const type = Object.hasOwn(TYPES, word) ? TYPES[word] : undefined;
    if (type === undefined) throw new Error(`"${word}" is none of mnt, uts, ipc, pid, net, user, cgroup, time`);
    return type;
  });
  return [...new Set(types)];
}
