// Kernel settings that belong to a namespace of the container's own, written from inside it.
// Any other setting would change the whole machine, and is refused before anything is touched.

import { writeToProc } from '../linux/proc-write.ts';
import { isOwn } from '../namespaces/flags.ts';
import type { NamespaceType, Spec } from '../oci.ts';

const IPC_SETTINGS = /^(kernel\.(msgmax|msgmnb|msgmni|sem|shmall|shmmax|shmmni|shm_rmid_forced)|fs\.mqueue\.[a-z_]+)$/;

/**
 * The names of the folders and the file below /proc/sys. The first dot or slash says which of the two divides (man 8 sysctl):
 * `net.ipv4.ip_forward`, and for a device that has a dot in its name `net/ipv4/conf/eth0.7/rp_filter`.
 */
function partsOf(key: string): string[] {
  const divider = /[./]/.exec(key)?.[0];
  return divider === '/' ? key.split('/') : key.split('.').map((part) => part.replaceAll('/', '.'));
}

/** The namespace that keeps this setting, or undefined when it is the machine's. */
function namespaceOfSysctl(key: string): NamespaceType | undefined {
  const parts = partsOf(key);
  if (!parts.every((part) => /^(?!\.{1,2}$)[A-Za-z0-9._-]+$/.test(part))) return undefined;
  const name = parts.join('.');
  if (IPC_SETTINGS.test(name)) return 'ipc';
  if (parts.length > 1 && parts[0] === 'net') return 'network';
  if (parts.length > 1 && parts[0] === 'user') return 'user';
  return name === 'kernel.domainname' ? 'uts' : undefined;
}

/** @throws Error naming the first setting that is not the container's own. */
export function checkSysctls(spec: Spec): void {
  for (const key of Object.keys(spec.linux?.sysctl ?? {})) {
    if (partsOf(key).join('.') === 'kernel.hostname')
      throw new Error(`sysctl ${key}: it has a word of its own, hostname`);
    const type = namespaceOfSysctl(key);
    if (type === undefined) throw new Error(`sysctl ${key}: it is the whole machine's, not of a namespace`);
    if (!spec.linux?.namespaces?.some((namespace) => namespace.type === type && !isOwn(namespace))) {
      throw new Error(`sysctl ${key}: the container needs its own ${type} namespace for it`);
    }
  }
}

/** Writes them. Called inside the root, before /proc/sys is made read-only. */
export function applySysctls(sysctls: Record<string, string> = {}): void {
  for (const [key, value] of Object.entries(sysctls)) {
    writeToProc(`/proc/sys/${partsOf(key).join('/')}`, value);
  }
}
