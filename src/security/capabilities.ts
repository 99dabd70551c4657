// Capabilities: root's power in pieces (man 7 capabilities). Their names, those a container gets, and sets as bit masks.

import { readFileSync } from 'node:fs';
import { CAPABILITIES } from '../linux/constants.ts';
import type { CapabilitySets } from '../oci.ts';

export { CAPABILITIES };

/** The 14 that Docker leaves to a container's root. */
export const DOCKER_CAPABILITIES = [
  'CAP_CHOWN',
  'CAP_DAC_OVERRIDE',
  'CAP_FSETID',
  'CAP_FOWNER',
  'CAP_MKNOD',
  'CAP_NET_RAW',
  'CAP_SETGID',
  'CAP_SETUID',
  'CAP_SETFCAP',
  'CAP_SETPCAP',
  'CAP_NET_BIND_SERVICE',
  'CAP_SYS_CHROOT',
  'CAP_KILL',
  'CAP_AUDIT_WRITE',
] as const;

/** `net_raw`, `NET_RAW` and `CAP_NET_RAW` are one; ALL stays ALL. @throws Error for a name the kernel does not have. */
export function capabilityName(text: string): string {
  const upper = text.toUpperCase();
  const name = upper === 'ALL' || upper.startsWith('CAP_') ? upper : `CAP_${upper}`;
  if (name === 'CAP_ALL') return 'ALL';
  if (name !== 'ALL' && !(CAPABILITIES as readonly string[]).includes(name)) {
    throw new Error(
      `unknown capability "${text}". It is ALL or one that \`man 7 capabilities\` lists, such as NET_ADMIN`,
    );
  }
  return name;
}

/** Docker's rule for --cap-add and --cap-drop: ALL first, then the single names; what is added wins. */
export function addAndDrop(base: readonly string[], add: readonly string[], drop: readonly string[]): string[] {
  const added = add.map(capabilityName);
  const dropped = drop.map(capabilityName);
  const begin = added.includes('ALL') ? CAPABILITIES : dropped.includes('ALL') ? [] : base;
  const kept = begin.filter((name) => !dropped.includes(name));
  return [...new Set([...kept, ...added.filter((name) => name !== 'ALL')])];
}

/** Those that this process could pass on: a machine may keep some even from root. */
export function availableCapabilities(): string[] {
  const mask = /^CapBnd:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return mask === undefined ? [...CAPABILITIES] : fromMask(BigInt(`0x${mask}`));
}

/** Those asked for in any of the five sets that a process with these permitted ones cannot have; unknown names too. */
export function beyond(permitted: bigint, sets: CapabilitySets): string[] {
  const asked = new Set(Object.values(sets).flatMap((names: string[] | undefined) => names ?? []));
  return [...asked].filter((name) => (toMask([name]) & permitted) === 0n);
}

/** The names as a mask. Names that this kernel does not know are left out. */
export function toMask(names: readonly string[] = []): bigint {
  return names.reduce((mask, name) => {
    const bit = (CAPABILITIES as readonly string[]).indexOf(name);
    return bit < 0 ? mask : mask | (1n << BigInt(bit));
  }, 0n);
}

function fromMask(mask: bigint): string[] {
  return CAPABILITIES.filter((_, bit) => mask & (1n << BigInt(bit)));
}
