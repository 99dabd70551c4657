// The mount table of a process: /proc/PID/mountinfo (man 5 proc).
//
//     36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue

import { readText } from './files.ts';

/** One line of it. */
export interface MountInfo {
  id: number;
  parent: number;
  /** What of the file system is mounted: `/` is all of it. */
  root: string;
  path: string;
  type: string;
  /** Mounts made below it appear below its peers, and the other way round. */
  isShared: boolean;
  /** What appears below its master appears here too. */
  isSlave: boolean;
}

/** The mounts that this process sees, in the order in which they came. */
export function readMounts(file = '/proc/self/mountinfo'): MountInfo[] {
  return readText(file)
    .split('\n')
    .filter((line) => line !== '')
    .map(parseLine);
}

function parseLine(line: string): MountInfo {
  const [front = '', back = ''] = line.split(' - ');
  const [id, parent, , root = '', path = '', , ...tags] = front.split(' ');
  const has = (name: string) => tags.some((tag) => tag.startsWith(`${name}:`));
  return {
    id: Number(id),
    parent: Number(parent),
    root: decodePath(root),
    path: decodePath(path),
    type: back.split(' ')[0] ?? '',
    isShared: has('shared'),
    isSlave: has('master'),
  };
}

/** The kernel writes a space as \040, and so tabs, newlines and backslashes. */
function decodePath(text: string): string {
  const bytes = Buffer.from(text).toString('latin1');
  const plain = bytes.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
  return Buffer.from(plain, 'latin1').toString();
}
