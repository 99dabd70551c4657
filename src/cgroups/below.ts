// Cgroups below that of a container, which it has made itself, for a program that is to run in there.
//
//     /sub               in every hierarchy
//     cpu,memory:/sub    on v1, in the hierarchies of these controllers; in the others stays what else is said

import { join } from 'node:path';
import { isFolder } from './folders.ts';
import type { Part } from './part.ts';

/** The container's parts, or in their place those below. @throws Error when there is no such cgroup. */
export function partsBelow(parts: readonly Part[], wishes: readonly string[]): Part[] {
  const wanted = wishes.map(parseWish);
  for (const { controllers } of wanted) refuseUnknown(controllers, parts);
  return parts.map((part) => {
    const named = wanted.findLast(({ controllers }) => controllers.some((name) => isOf(part, name)));
    const { path } = named ?? wanted.findLast(({ controllers }) => controllers.length === 0) ?? { path: '/' };
    const below = { ...part, folder: join(part.folder, path) };
    if (!isFolder(below)) throw new Error(`there is no cgroup ${below.folder}: the container has to make it`);
    return below;
  });
}

function parseWish(text: string): { controllers: string[]; path: string } {
  const colon = text.indexOf(':');
  const [names, path] = [text.slice(0, Math.max(colon, 0)), text.slice(colon + 1)];
  if (path.split('/').includes('..')) throw new Error(`"${path}" is no cgroup below: it leads upwards by ..`);
  return { controllers: names.split(',').filter(Boolean), path };
}

function isOf({ version, controllers }: Part, name: string): boolean {
  return version === 1 && controllers.includes(name);
}

function refuseUnknown(controllers: readonly string[], parts: readonly Part[]): void {
  const unknown = controllers.find((name) => !parts.some((part) => isOf(part, name)));
  if (unknown !== undefined)
    throw new Error(`the container has no cgroup of the controller "${unknown}" by itself (v1)`);
}
