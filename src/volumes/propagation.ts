// Mount propagation: whether mounts that are made later below a bind mount travel between host and container
// (man 7 mount_namespaces). `shared` goes both ways, `slave` from the host to the container, `private` neither.
//
// A container's mounts are cut loose from the host's before anything is mounted for it, or as soon as it has a user
// namespace of its own. So what is to stay shared is copied ahead of that: the copy of a shared mount is its peer, wherever
// it is attached later.

import { realpathSync } from 'node:fs';
import { AT_FDCWD, AT_RECURSIVE, OPEN_TREE_CLOEXEC, OPEN_TREE_CLONE } from '../linux/constants.ts';
import { open_tree } from '../linux/mount.ts';
import { type MountInfo, readMounts } from '../linux/mountinfo.ts';
import type { Mount } from '../oci.ts';

/** Copies the sources of all mounts that ask for it. Called in the host's mount namespace. */
export function copySharedSources(mounts: readonly Mount[]): Map<Mount, number> {
  const wanted = mounts.filter(({ source, options = [] }) => source && options.some((word) => /^r?shared$/.test(word)));
  return new Map(wanted.map((mount) => [mount, copyTree(mount)]));
}

function copyTree({ source = '', options = [] }: Mount): number {
  const recursive = options.includes('rbind') ? AT_RECURSIVE : 0;
  return open_tree(AT_FDCWD, source, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | recursive);
}

/** @throws Error when the host's mount that holds `source` does not propagate as is wanted: it would be so in name only. */
export function checkPropagation(source: string, propagation: string): void {
  if (!/^r?(shared|slave)$/.test(propagation)) return;
  const mount = mountOf(realpathSync(source));
  if (mount?.isShared || (mount?.isSlave && propagation.endsWith('slave'))) return;
  const wanted = propagation.endsWith('slave') ? 'shared or slave' : 'shared';
  const place = mount?.path ?? '/'; // in a chroot, the table does not show the mount that its root lies on
  throw new Error(
    `path ${source} is mounted on ${place} but it is not a ${wanted} mount: \`mount --make-shared ${place}\` makes it one`,
  );
}

/** The mount that a path lies on: the longest one above it, and of several on one place the last, which covers the others. */
export function mountOf(path: string, mounts = readMounts()): MountInfo | undefined {
  const isAbove = (mount: MountInfo) => mount.path === '/' || `${path}/`.startsWith(`${mount.path}/`);
  return mounts
    .filter(isAbove)
    .toSorted((a, b) => a.path.length - b.path.length)
    .at(-1);
}
