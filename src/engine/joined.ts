// The namespaces of a container that runs, for others that want to share them.

import { NAMESPACE_FILES } from '../namespaces/flags.ts';
import type { NamespaceType } from '../oci.ts';
import { findContainer } from '../runtime/names.ts';
import { loadState } from '../runtime/state.ts';

/** The file of a namespace of a container. @throws Error when there is no such container or it does not run. */
export function runningNamespace(reference: string, type: NamespaceType): string {
  const { status, pid } = loadState(findContainer(reference));
  if (status !== 'running') throw new Error(`cannot join the ${type} namespace of ${reference}: it is not running`);
  return `/proc/${pid}/ns/${NAMESPACE_FILES[type]}`;
}
