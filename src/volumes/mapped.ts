// An id-mapped bind mount: files show other owners than they have on disk, to everybody who comes by way of this mount.
//
// A folder that belongs to id 100000 is root's for a container whose map has `0 100000 65536` in a user namespace; by a map
// of `0 0 65536 → 100000` a folder of the host's root becomes that of the container's (man 2 mount_setattr).

import { AT_EMPTY_PATH, AT_RECURSIVE, MOUNT_ATTR_IDMAP } from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { close } from '../linux/files.ts';
import { mount_setattr } from '../linux/mount.ts';
import type { Mount } from '../oci.ts';
import { copySource } from './bind.ts';
import { parseOptions } from './options.ts';

/**
 * A copy of the source, not mounted anywhere yet, that shows its owners by the map of a user namespace. Called with the
 * host's rights: they are needed over the file system.
 * @param usernsFd is closed. @throws Error for a file system that cannot map ids.
 */
export function copyMapped(mount: Mount, usernsFd: number): number {
  const options = parseOptions(mount.options ?? []);
  const tree = copySource(mount, options);
  try {
    const flags = AT_EMPTY_PATH | (options.idMap === 'all' ? AT_RECURSIVE : 0);
    mount_setattr(tree, '', flags, { set: MOUNT_ATTR_IDMAP, usernsFd });
    return tree;
  } catch (error) {
    close(tree);
    throw explain(error, mount.source ?? '');
  } finally {
    close(usernsFd);
  }
}

function explain(error: unknown, source: string): unknown {
  const words = isErrno(error, 'EINVAL')
    ? 'its file system, or one below, cannot map ids, or its ids are mapped already'
    : isErrno(error, 'EPERM')
      ? 'it needs CAP_SYS_ADMIN over its file system, which only root of the machine has'
      : undefined;
  return words === undefined ? error : new Error(`the ids of ${source} cannot be mapped: ${words}`, { cause: error });
}
