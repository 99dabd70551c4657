// What of the host a mistake in the guard could have changed.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync, statfsSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

const FOLDERS = ['/', '/etc', '/usr', '/usr/bin', '/usr/lib', '/home', '/root', '/var', '/opt', '/boot'];

export function hostState() {
  return {
    hostname: hostname(),
    folders: Object.fromEntries(FOLDERS.map((folder) => [folder, hashOf(folder)])),
    mounts: mounts(),
    root: statfsSync('/').type,
    namespaces: ['mnt', 'pid', 'uts', 'net'].map((kind) => readlinkSync(`/proc/self/ns/${kind}`)),
  };
}

/** Of the names in a folder, with what they are; files too with their size and time. */
function hashOf(folder: string): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(folder).sort()) {
    const stat = statSync(join(folder, name), { throwIfNoEntry: false });
    const more = stat?.isFile() ? [stat.size, stat.mtimeMs] : [];
    hash.update(JSON.stringify([name, stat?.mode, stat?.uid, stat?.gid, ...more]));
  }
  return hash.digest('hex');
}

/** Not those of containers, which come and go. */
function mounts(): string[] {
  const lines = readFileSync('/proc/self/mountinfo', 'utf8').trim().split('\n');
  return lines
    .filter((line) => !/slipway|\/var\/tmp|\/tmp\//.test(line))
    .map((line) => line.split(' ').slice(3).join(' '));
}

/** Processes that have this word in their command line. */
export function processesWith(word: string): string[] {
  return readdirSync('/proc').filter((name) => {
    try {
      return Number(name) > 0 && readFileSync(`/proc/${name}/cmdline`, 'latin1').split('\0').includes(word);
    } catch {
      return false; // it has just ended
    }
  });
}
