// Paths inside a container's root, before it has become our own root.
//
// An image may hold any symlink: /etc -> /, or a/b/c -> ../../../../home. So a path of it is never given to the kernel
// as a string twice: it is resolved once, by openat2 with RESOLVE_IN_ROOT (the kernel then treats `rootFd` as /, for
// absolute links and for .. too), and from then on only the descriptor is used.

import {
  O_CLOEXEC,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOFOLLOW,
  O_PATH,
  O_WRONLY,
  RESOLVE_IN_ROOT,
  RESOLVE_NO_MAGICLINKS,
  S_IFLNK,
} from './constants.ts';
import { isErrno } from './door.ts';
import { close, fstat, mkdirat, open, openat, openat2, readlinkat } from './files.ts';

/** A descriptor of a folder that is to be a root: for finding things in it, not for reading it. */
export function openRoot(path: string): number {
  return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

/** Opens `path` as if `rootFd` were /. Links may be followed, but never out. ENOENT, ELOOP. */
export function openInRoot(rootFd: number, path: string, flags: number = O_PATH): number {
  return openat2(rootFd, path, {
    flags: flags | O_CLOEXEC,
    resolve: RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
  });
}

/** As openInRoot, with undefined for a path that does not exist. */
export function tryOpenInRoot(rootFd: number, path: string, flags: number = O_PATH): number | undefined {
  try {
    return openInRoot(rootFd, path, flags);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** The folder `path` inside the root, made with its parents where it is missing. @returns an O_PATH descriptor. */
export function makeFolderInRoot(rootFd: number, path: string, mode = 0o755, depth = 0): number {
  const there = tryOpenInRoot(rootFd, path, O_PATH | O_DIRECTORY);
  if (there !== undefined) return there;
  return makeInRoot(rootFd, path, depth, (parentFd, name) => mkdirat(parentFd, name, mode), makeFolderInRoot, mode);
}

/** The file `path` inside the root; an empty one is made where there is none. @returns an O_PATH descriptor. */
export function makeFileInRoot(rootFd: number, path: string, mode = 0o644, depth = 0): number {
  const there = tryOpenInRoot(rootFd, path);
  if (there !== undefined) return there;
  // O_EXCL|O_NOFOLLOW: only a new file, never one that was put there meanwhile or that a link names.
  const flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  return makeInRoot(
    rootFd,
    path,
    depth,
    (parentFd, name) => close(openat(parentFd, name, flags, mode)),
    makeFileInRoot,
    mode,
  );
}

/** A path for calls that take no descriptor. It holds as long as /proc is the host's, so before the pivot. */
export function pathOf(fd: number): string {
  return `/proc/self/fd/${fd}`;
}

/** A path split into what is above its last name, and that name. Empty names and dots fall away; .. stays in front. */
export function splitPath(path: string): { parent: string; name: string } {
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  const name = names.pop() ?? '.';
  return { parent: `/${names.join('/')}`, name };
}

type Make = (rootFd: number, path: string, mode: number, depth: number) => number;

/** As many links as the kernel follows in one path. */
const MAX_LINKS = 40;

/**
 * Makes the last name of `path` in its parent and opens what stands there then. Where that is a link that leads
 * nowhere, `again` makes what it names, still inside the root.
 */
function makeInRoot(
  rootFd: number,
  path: string,
  depth: number,
  make: (parentFd: number, name: string) => void,
  again: Make,
  mode: number,
): number {
  const { parent, name } = splitPath(path);
  const parentFd = parent === '/' ? openInRoot(rootFd, '/') : makeFolderInRoot(rootFd, parent);
  try {
    // A plain open of .. would leave a root. Now that what is before it is there, the kernel can walk it all.
    if (name === '..') return openInRoot(rootFd, path);
    ignoreExisting(() => make(parentFd, name));
    const fd = openat(parentFd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (fstat(fd).type !== S_IFLNK) return fd;
    const target = readlinkat(fd, '');
    close(fd);
    if (depth === MAX_LINKS) throw new Error(`${path}: more than ${MAX_LINKS} links lead to one another in this image`);
    return again(rootFd, target.startsWith('/') ? target : `${parent}/${target}`, mode, depth + 1);
  } finally {
    close(parentFd);
  }
}

function ignoreExisting(make: () => void): void {
  try {
    make();
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error;
  }
}
