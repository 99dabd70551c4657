// `rename`: a container gets another name, whether it runs or not.

import { changeBundle } from '../runtime/bundle.ts';
import { tellEvent } from '../runtime/events.ts';
import { claimName, findContainer, releaseName } from '../runtime/names.ts';

/** @throws Error when another container has the name. */
export function rename(reference: string, name: string): void {
  const id = findContainer(reference);
  let before = '';
  changeBundle(id, (bundle) => {
    if (bundle.name === name) throw new Error('Renaming a container with the same name as its current name');
    claimName(id, name);
    before = bundle.name;
    tellEvent({ ...bundle, name }, 'rename', { oldName: before });
    return { ...bundle, name };
  });
  releaseName(before, id);
}
