// `rename`: a container gets another name, whether it runs or not.

import { type Bundle, changeBundle } from '../runtime/bundle.ts';
import { tellEvent } from '../runtime/events.ts';
import { claimName, findContainer, releaseName } from '../runtime/names.ts';

/** @throws Error when another container has the name. */
export function rename(reference: string, name: string): void {
  const id = findContainer(reference);
  let before: Bundle | undefined;
  try {
    changeBundle(id, (bundle) => {
      if (bundle.name === name) throw new Error('Renaming a container with the same name as its current name');
      claimName(id, name);
      before = bundle;
      return { ...bundle, name };
    });
  } catch (error) {
    if (before !== undefined) releaseName(name, id);
    throw error;
  }
  if (before === undefined) return;
  tellEvent({ ...before, name }, 'rename', { oldName: before.name });
  releaseName(before.name, id);
}
