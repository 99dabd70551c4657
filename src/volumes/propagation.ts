// Mount propagation: whether mounts that are made later below a bind mount travel between host and container
// (man 7 mount_namespaces). `shared` goes both ways, `slave` from the host to the container, `private` neither.
//
// A container's mounts are cut loose from the host's before anything is mounted for it. So what is to stay shared is
// copied ahead of that: the copy of a shared mount is its peer, wherever it is attached later.

import { readFileSync, realpathSync } from 'node:fs';
import { AT_FDCWD, AT_RECURSIVE, OPEN_TREE_CLOEXEC, OPEN_TREE_CLONE } from '../linux/constants.ts';
import { open_tree } from '../linux/mount.ts';
import type { Mount } from '../oci.ts';

/** Copies the sources of all mounts that ask for it. Called while our mounts are still the host's peers. */
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
  const { mountPoint, isShared, isSlave } = mountOf(realpathSync(source));
  if (isShared || (isSlave && propagation.endsWith('slave'))) return;
  const wanted = propagation.endsWith('slave') ? 'shared or slave' : 'shared';
  throw new Error(
    `path ${source} is mounted on ${mountPoint} but it is not a ${wanted} mount: \`mount --make-shared ${mountPoint}\` makes it one`,
  );
}

interface MountFacts {
  mountPoint: string;
  isShared: boolean;
  isSlave: boolean;
}

/** The mount that a path lies on. @param mountinfo the text of /proc/self/mountinfo. */
export function mountOf(path: string, mountinfo = readFileSync('/proc/self/mountinfo', 'utf8')): MountFacts {
  const mounts = mountinfo.split('\n').filter(Boolean).map(parseLine);
  const isAbove = ({ mountPoint }: MountFacts) => mountPoint === '/' || `${path}/`.startsWith(`${mountPoint}/`);
  // The longest path is the nearest one, and of several on one place the last covers the others.
  return mounts
    .filter(isAbove)
    .reduce((best, mount) => (mount.mountPoint.length >= best.mountPoint.length ? mount : best));
}

/** `36 35 98:0 /mnt1 /mnt2 rw,noatime shared:1 master:2 - ext3 …`, where a space in a path is written \040. */
function parseLine(line: string): MountFacts {
  const [before = ''] = line.split(' - ');
  const [, , , , escaped = '', , ...tags] = before.split(' ');
  const mountPoint = escaped.replace(/\\(\d{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8)));
  const has = (name: string) => tags.some((tag) => tag.startsWith(`${name}:`));
  return { mountPoint, isShared: has('shared'), isSlave: has('master') };
}
