// The bundle of a container that somebody has named, for verbs that can do nothing without it.

import { type Bundle, loadBundle } from '../runtime/bundle.ts';
import { exists } from '../runtime/disk.ts';
import { noSuchContainer } from '../runtime/names.ts';
import { containerFolder } from '../runtime/places.ts';

/** @throws Error when the container has been removed just now, or its files are damaged. */
export function bundleOf(id: string, reference: string): Bundle {
  const bundle = loadBundle(id);
  if (bundle !== undefined) return bundle;
  if (!exists(containerFolder(id))) throw noSuchContainer(reference);
  throw new Error(`the files of container ${reference} are damaged`);
}
