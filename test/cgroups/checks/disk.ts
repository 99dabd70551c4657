// A disk whose I/O the kernel can limit: in the virtual machine /dev/vda, elsewhere the one this Node lies on.

import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

export interface Disk {
  /** What to read of it: some megabytes. */
  file: string;
  major: number;
  minor: number;
}

/** An empty disk of the virtual machine. */
export const EMPTY_DISK = '/dev/vda';

/** Undefined where the file system is spread over several disks or has none. */
export function findDisk(ownMachine: boolean): Disk | undefined {
  const file = ownMachine ? EMPTY_DISK : process.execPath;
  const { dev, rdev } = statSync(file);
  const number = ownMachine ? rdev : dev;
  const folder = `/sys/dev/block/${(number >> 8) & 0xfff}:${(number & 0xff) | ((number >> 12) & 0xfff00)}`;
  if (!existsSync(folder)) return undefined;
  const whole = existsSync(`${folder}/partition`) ? dirname(realpathSync(folder)) : folder;
  const [major, minor] = readFileSync(`${whole}/dev`, 'utf8').trim().split(':').map(Number);
  return major === undefined || minor === undefined ? undefined : { file, major, minor };
}
