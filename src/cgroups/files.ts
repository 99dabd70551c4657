// Reads and writes the files of a cgroup.

import { O_CLOEXEC, O_NOFOLLOW, O_WRONLY } from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { close, openat, readAll, write } from '../linux/files.ts';
import { inFolder, type Place } from './folders.ts';

/** Writes with one write, as the kernel wants it. */
export function writeFile(place: Place, file: string, text: string): void {
  inFolder(place, (folderFd) => writeIn(folderFd, place, file, text));
}

/** Opens a file to be written to later, when its path may lead elsewhere. */
export function openFile(place: Place, file: string): number {
  return inFolder(place, (folderFd) => openIn(folderFd, file));
}

function openIn(folderFd: number, file: string): number {
  if (file.includes('/')) throw new Error(`"${file}" is no name of a file in a cgroup`);
  return openat(folderFd, file, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
}

/** As writeFile, in the folder that is open already. */
export function writeIn(folderFd: number, { folder }: Place, file: string, text: string): void {
  const fd = openIn(folderFd, file);
  try {
    write(fd, Buffer.from(text), `${folder}/${file}`);
  } finally {
    close(fd);
  }
}

/** A file of a cgroup without its last line break, or undefined where there is none. */
export function readFile(place: Place, file: string): string | undefined {
  try {
    return inFolder(place, (folderFd) => readIn(folderFd, file));
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENODEV', 'EOPNOTSUPP')) return undefined;
    throw error;
  }
}

function readIn(folderFd: number, file: string): string {
  const fd = openat(folderFd, file, O_NOFOLLOW | O_CLOEXEC);
  try {
    return readAll(fd).trim();
  } finally {
    close(fd);
  }
}

/** `usage_usec 12\nnr_periods 3` as a record of numbers. */
export function parseFlatKeyed(text = ''): Record<string, number> {
  const pairs = text.split('\n').map((line) => line.trim().split(/\s+/));
  return Object.fromEntries(pairs.filter((pair) => pair.length === 2).map(([key, value]) => [key, Number(value)]));
}
