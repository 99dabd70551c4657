// `diff`: what a container has changed in its root.

import { join } from 'node:path';
import { findContainer } from '../runtime/names.ts';
import { containerFolder } from '../runtime/places.ts';
import { type Change, diffOfUpper } from '../unionfs/diff.ts';
import { bundleOf } from './bundle-of.ts';

/** @throws Error when there is no such container, or its root is a plain folder, of which nobody knows how it was. */
export function diff(reference: string): Change[] {
  const id = findContainer(reference);
  const bundle = bundleOf(id, reference);
  if (bundle.layers.length === 0) {
    throw new Error(`container ${reference} has no layers: what it has changed cannot be told`);
  }
  const folder = containerFolder(id);
  return diffOfUpper(join(folder, 'upper'), [join(folder, 'init'), ...bundle.layers]);
}
