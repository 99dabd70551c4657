// Looks at the files of an image as a process would that has it for its root.

import { lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Where the image's `path` is on the machine, its links followed within the image; undefined when it leads nowhere. */
export function inImage(image: string, path: string): string | undefined {
  const names = path.split('/');
  let here = '/';
  for (let steps = 0; names.length > 0; steps++) {
    const next = join(here, names.shift() ?? '');
    const stat = lstatSync(join(image, next), { throwIfNoEntry: false });
    if (!stat || steps > 200) return undefined;
    if (!stat.isSymbolicLink()) here = next;
    else {
      const target = readlinkSync(join(image, next));
      names.unshift(...target.split('/'));
      if (target.startsWith('/')) here = '/';
    }
  }
  return join(image, here);
}

/** All files and links of the image, as paths within it. */
export function listImage(image: string): string[] {
  return readdirSync(image, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(image.length));
}
