// Settings of the kernel, and the commands that change them.

import { readFileSync } from 'node:fs';
import { isRoot } from '../../runtime/places.ts';

/** The number in a file of /proc/sys; undefined where this kernel has no such setting. */
export function sysctl(name: string): number | undefined {
  const text = readText(`/proc/sys/${name.replaceAll('.', '/')}`);
  return text === undefined ? undefined : Number(text);
}

/** A file's content; undefined when it cannot be read. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** A command for root, as this user has to type it. */
export function asRoot(command: string): string {
  return isRoot ? command : `sudo ${command}`;
}
