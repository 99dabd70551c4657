// How a layer that travels, as a tar archive in an image, says that something is gone: by names, after aufs.
//
//     .wh.NAME        the file or folder NAME of the layers below is deleted
//     .wh..wh..opq    everything the layers below have in this folder is hidden
//     .wh..wh.*       notes of aufs for itself, which mean nothing to others
//
// So no file of an image can have a name that begins with .wh. itself.
//
// Source: https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts

const PREFIX = '.wh.';
const INTERNAL_PREFIX = '.wh..wh.';
export const OPAQUE_NAME = '.wh..wh..opq';

/** What a name in a layer means. */
export type NameMeaning =
  | { kind: 'entry' }
  | { kind: 'whiteout'; hides: string }
  | { kind: 'opaque' }
  | { kind: 'internal' };

/**
 * Reads the last name of a path: `.wh.passwd` is a whiteout that hides `passwd`.
 * @throws Error for a whiteout that names nothing, or the folder itself, or the one above it.
 */
export function readName(name: string): NameMeaning {
  if (!name.startsWith(PREFIX)) return { kind: 'entry' };
  if (name === OPAQUE_NAME) return { kind: 'opaque' };
  if (name.startsWith(INTERNAL_PREFIX)) return { kind: 'internal' };
  const hides = name.slice(PREFIX.length);
  if (hides === '' || hides === '.' || hides === '..')
    throw new Error(`${name} is no valid whiteout: it hides no name`);
  return { kind: 'whiteout', hides };
}

/** The name of the empty file that says `name` is deleted. @throws Error where that would mean something else. */
export function whiteoutName(name: string): string {
  refuseReserved(name);
  return PREFIX + name;
}

/** @throws Error for a name that a layer cannot hold. */
export function refuseReserved(name: string): void {
  if (name.startsWith(PREFIX))
    throw new Error(`${name}: no file of an image can be called so, since ${PREFIX} marks a whiteout`);
}
