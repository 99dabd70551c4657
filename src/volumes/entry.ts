// One mount of a specification: a bind mount or a file system. Where it may go is for chroot/mount-point.ts to say.

import type { Mount } from '../oci.ts';
import { mountBind } from './bind.ts';
import { mountFileSystem, remount } from './filesystem.ts';
import { parseOptions } from './options.ts';

/**
 * Mounts it inside the root that `rootFd` is open on. Called in the container's mount namespace, before the pivot.
 * @param copied see mountBind().
 * @throws Error for a place where nothing may be mounted, SyscallError of the mount calls.
 */
export function mountEntry(rootFd: number, mount: Mount, copied?: number): void {
  const options = parseOptions(mount.options ?? []);
  if (options.remount) remount(rootFd, mount, options);
  else if (options.bind || mount.type === 'bind') mountBind(rootFd, mount, options, copied);
  else mountFileSystem(rootFd, mount, options);
}
