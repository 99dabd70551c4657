// `container prune`: removes all containers that do not run.

import { compileFilters, type Filter } from './filters.ts';
import { type ContainerSummary, list } from './list.ts';
import { remove } from './remove.ts';
import { sizeOf } from './size.ts';

/** What was removed, and how many bytes that had changed on the disk. */
export interface Pruned {
  ids: string[];
  bytes: number;
}

/** @param filters label, label! and until (a moment as RFC 3339 has it). @throws Error for another one. */
export function prune(filters: readonly Filter[]): Pruned {
  const pruned: Pruned = { ids: [], bytes: 0 };
  const isWanted = compileWanted(filters);
  for (const { id } of list().filter((container) => STOPPED.includes(container.status) && isWanted(container))) {
    const { changed } = sizeOf(id);
    try {
      remove(id, { force: false, volumes: false });
    } catch {
      continue; // it was started just now, or somebody else has removed it
    }
    pruned.ids.push(id);
    pruned.bytes += changed;
  }
  return pruned;
}

const STOPPED: readonly string[] = ['created', 'exited', 'damaged'];

function compileWanted(filters: readonly Filter[]): (container: ContainerSummary) => boolean {
  const tests = filters.map(({ name, value }) => {
    if (name === 'until') return ({ createdAt }: ContainerSummary) => createdAt < value;
    const hasLabel = compileFilters([{ name: 'label', value }], []);
    if (name === 'label') return hasLabel;
    if (name === 'label!') return (container: ContainerSummary) => !hasLabel(container);
    throw new Error(`invalid filter '${name}'. There are label, label!, until`);
  });
  return (container) => tests.every((test) => test(container));
}
