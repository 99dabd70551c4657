// The three files that tell a program who and where it is: /etc/hosts, /etc/hostname and /etc/resolv.conf.
//
// They lie in the container's folder and are bound over the image's. So the container can write to them, and yet they
// belong to no layer and no commit.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mount, Spec } from '../oci.ts';
import { loadBundle } from '../runtime/bundle.ts';
import { findContainer } from '../runtime/names.ts';
import { containerFolder } from '../runtime/places.ts';
import { hostnameFile, hostsFile, hostsLine, resolvConf } from '../unionfs/hosts.ts';
import type { NetworkMode, NetworkOptions } from './options.ts';

const NAMES = ['hosts', 'hostname', 'resolv.conf'] as const;

/** Writes the files for the container `id`, unless it shares the network, and so the files, of another. */
export function writeEtcFiles(id: string, hostname: string, mode: NetworkMode, network: NetworkOptions): void {
  if (mode.startsWith('container:')) return;
  const hosts = mode === 'host' ? hostsOfMachine(network.extraHosts) : hostsFile(hostname, network.extraHosts);
  const names = resolvConf(readOrNothing('/etc/resolv.conf'), network, mode === 'host');
  const contents = [hosts, hostnameFile(hostname), names];
  for (const [index, name] of NAMES.entries()) {
    writeFileSync(join(containerFolder(id), name), contents[index] as string, { mode: 0o644 });
  }
}

/** The mounts that show them, where the user has not put something else. */
export function etcMounts(id: string, mode: NetworkMode, { mounts = [] }: Spec): Mount[] {
  const taken = new Set(mounts.map(({ destination }) => destination));
  const all = mode.startsWith('container:') ? mountsOfOther(mode.slice('container:'.length)) : ownMounts(id);
  return all.filter(({ destination }) => !taken.has(destination));
}

function ownMounts(id: string): Mount[] {
  const options = ['bind', 'rprivate'];
  return NAMES.map((name) => {
    return { destination: `/etc/${name}`, type: 'bind', source: join(containerFolder(id), name), options };
  });
}

/** Those of the container whose network is shared, which may have them from a third one. */
function mountsOfOther(reference: string): Mount[] {
  const { mounts = [] } = loadBundle(findContainer(reference))?.spec ?? {};
  const places: string[] = NAMES.map((name) => `/etc/${name}`);
  return mounts.filter(({ destination }) => places.includes(destination));
}

function hostsOfMachine(extraHosts: readonly string[]): string {
  return readOrNothing('/etc/hosts') + extraHosts.map((entry) => `${hostsLine(entry)}\n`).join('');
}

function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
