// Who an id of the container's user namespace is outside: /proc/PID/uid_map and gid_map (man 7 user_namespaces).
//
// Root writes them as it likes. An ordinary user may map only their own id, and only after setgroups was denied for
// good; ranges that /etc/subuid and /etc/subgid grant go through the set-uid programs newuidmap and newgidmap.

import { existsSync, readFileSync } from 'node:fs';
import { readText, writeText } from '../linux/files.ts';
import { fork } from '../linux/fork.ts';
import { _exit, execve, exitCode, waitpid } from '../linux/process.ts';
import type { IdMapping } from '../oci.ts';

export interface IdMaps {
  uid: IdMapping[];
  gid: IdMapping[];
}

/** Gives the user namespace of `pid`, which waits, its ids. Without mappings there is no such namespace. */
export function writeIdMaps(pid: number, uid: readonly IdMapping[], gid: readonly IdMapping[]): void {
  if (uid.length === 0 && gid.length === 0) return;
  if (process.geteuid?.() === 0) {
    writeText(`/proc/${pid}/uid_map`, mapText(uid));
    writeText(`/proc/${pid}/gid_map`, mapText(gid));
  } else if (isOwnIdOnly(uid) && isOwnIdOnly(gid)) {
    writeText(`/proc/${pid}/setgroups`, 'deny'); // else a user could shed a group that denies them a file
    writeText(`/proc/${pid}/uid_map`, mapText(uid));
    writeText(`/proc/${pid}/gid_map`, mapText(gid));
  } else {
    runMapTool('newuidmap', pid, uid);
    runMapTool('newgidmap', pid, gid);
  }
}

/** Who this id is on the other side, or undefined for one that is not mapped. */
export function idOutside(id: number, maps: readonly IdMapping[]): number | undefined {
  const map = maps.find(({ containerID, size }) => id >= containerID && id < containerID + size);
  return map && map.hostID + id - map.containerID;
}

/** One mapping a line: id inside, id outside, how many. */
function mapText(mappings: readonly IdMapping[]): string {
  return mappings.map(({ containerID, hostID, size }) => `${containerID} ${hostID} ${size}\n`).join('');
}

function isOwnIdOnly(mappings: readonly IdMapping[]): boolean {
  return mappings.length === 1 && mappings[0]?.size === 1;
}

function runMapTool(name: string, pid: number, mappings: readonly IdMapping[]): void {
  const path = findTool(name) ?? name;
  const numbers = mappings.flatMap(({ containerID, hostID, size }) => [containerID, hostID, size]).map(String);
  const child = fork();
  if (child === 0) {
    try {
      execve(path, [name, String(pid), ...numbers], []);
    } finally {
      _exit(127);
    }
  }
  const code = exitCode(waitpid(child).status);
  if (code !== 0) {
    throw new Error(
      `${name} refused the id map (exit code ${code}): compare /etc/subuid and /etc/subgid with \`id -u\``,
    );
  }
}

function findTool(name: string): string | undefined {
  return ['/usr/bin', '/bin', '/usr/local/bin'].map((folder) => `${folder}/${name}`).find((path) => existsSync(path));
}

/**
 * The ids an ordinary user can have in a container: root is the user, and the numbers from 1 on are the range that
 * /etc/subuid and /etc/subgid grant, if they do and the tools are there.
 */
export function defaultMappings(): IdMaps {
  const uid = process.geteuid?.() ?? 0;
  const gid = process.getegid?.() ?? 0;
  const names = [userName(), String(uid)];
  const range = findTool('newuidmap') && findTool('newgidmap') ? subRange('/etc/subuid', names) : undefined;
  const groupRange = range && subRange('/etc/subgid', names);
  const own = (hostID: number) => ({ containerID: 0, hostID, size: 1 });
  if (!range || !groupRange) return { uid: [own(uid)], gid: [own(gid)] };
  return {
    uid: [own(uid), { containerID: 1, ...range }],
    gid: [own(gid), { containerID: 1, ...groupRange }],
  };
}

/**
 * Every id that we have is itself, so the files of an image keep their owners: what a user namespace takes away is rights.
 */
export function identityMappings(): IdMaps {
  return { uid: ownIds('/proc/self/uid_map'), gid: ownIds('/proc/self/gid_map') };
}

/** The lines of a map are `inside outside count`. The machine's own user namespace has one, with all ids. */
function ownIds(file: string): IdMapping[] {
  const lines = readText(file).trim().split('\n');
  return lines.map((line) => {
    const [first = 0, , size = 0] = line.trim().split(/\s+/).map(Number);
    return { containerID: first, hostID: first, size };
  });
}

/** What /etc/passwd calls this user; a number may be all that is known. */
function userName(): string {
  try {
    return process.getBuiltinModule('node:os').userInfo().username;
  } catch {
    return '';
  }
}

/** The first range of a file of `name:start:count` lines (man 5 subuid) that belongs to one of the names. */
export function subRange(file: string, names: readonly string[]): { hostID: number; size: number } | undefined {
  if (!existsSync(file)) return undefined;
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [name = '', start, count] = line.trim().split(':');
    if (name !== '' && names.includes(name) && Number(count) > 0) return { hostID: Number(start), size: Number(count) };
  }
  return undefined;
}
