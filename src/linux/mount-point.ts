// Where in the root something may be mounted. The image, and whoever shares a volume with it, has a say in where a path
// leads, so it is not the path that is judged but the place that it has led to.
//
// - Not on the root itself: it would hide all that was mounted before.
// - Not below /proc, where it would hide or fake what later steps and other programs rely on. Only the files that lxcfs
//   gives containers of their own may be covered.
// - /proc, /sys and /dev are real folders: an image where one of them is a link would have us write kernel settings, mask
//   files, and make devices, in a place of its own choice (CVE-2019-19921, CVE-2023-28642, CVE-2026-41579).

import {
  AT_FDCWD,
  O_CLOEXEC,
  O_DIRECTORY,
  O_NOFOLLOW,
  O_PATH,
  RESOLVE_IN_ROOT,
  RESOLVE_NO_SYMLINKS,
} from './constants.ts';
import { isErrno } from './door.ts';
import { close, openat2, readlinkat } from './files.ts';
import { makeFileInRoot, makeFolderInRoot, openInRoot, pathOf } from './in-root.ts';

/** What is to be mounted: a file system of this type, or a file or folder of the host (`bind`). */
export interface Guest {
  type: string;
  isFolder: boolean;
}

const PROC_FILES = new Set(
  'cpuinfo diskstats meminfo stat swaps uptime loadavg slabinfo sys/kernel/ns_last_pid sys/crypto/fips_enabled'
    .split(' ')
    .map((name) => `/proc/${name}`),
);

/**
 * Opens the place inside the root, which is made where it is missing. Called before the pivot.
 * @returns an O_PATH descriptor. @throws Error for a place where nothing may be mounted.
 */
export function openMountPoint(rootFd: number, destination: string, { type, isFolder }: Guest): number {
  const path = cleanPath(destination);
  refuse(path, type);
  const fd = open(rootFd, path, { type, isFolder });
  try {
    refuse(placeInRoot(rootFd, fd), type);
    return fd;
  } catch (error) {
    close(fd);
    throw error;
  }
}

function open(rootFd: number, path: string, { type, isFolder }: Guest): number {
  if (isKernels(path, type)) return openWithoutLinks(rootFd, path);
  try {
    return isFolder ? makeFolderInRoot(rootFd, path) : makeFileInRoot(rootFd, path);
  } catch (error) {
    if (!isErrno(error, 'EROFS')) throw error;
    throw new Error(
      `cannot mount on ${path}: it is missing, and what is mounted above it is read-only in the container`,
    );
  }
}

function isKernels(path: string, type: string): boolean {
  return type === 'proc' || type === 'sysfs' || ['/proc', '/sys', '/dev'].includes(path);
}

/** A folder to which no link leads, made when it is missing. */
function openWithoutLinks(rootFd: number, path: string): number {
  const flags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  const find = () => openat2(rootFd, path, { flags, resolve: RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS });
  try {
    return find();
  } catch (error) {
    if (isErrno(error, 'ELOOP', 'ENOTDIR')) {
      throw new Error(`${path} in the image is a link or a file: it must be mounted on an ordinary folder`);
    }
    if (!isErrno(error, 'ENOENT')) throw error;
  }
  close(makeFolderInRoot(rootFd, path));
  return find();
}

/** An absolute path without dots. */
function cleanPath(destination: string): string {
  const names: string[] = [];
  for (const name of destination.split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return `/${names.join('/')}`;
}

/** The path of an open file as a program in the root would know it. */
function placeInRoot(rootFd: number, fd: number): string {
  const [root, path] = [rootFd, fd].map((each) => readlinkat(AT_FDCWD, pathOf(each))) as [string, string];
  if (root === '/') return path; // the machine's own root, as in `--rootfs /`
  if (path !== root && !path.startsWith(`${root}/`)) throw new Error(`${path} does not lie in the root ${root}`);
  return path.slice(root.length) || '/';
}

function refuse(path: string, type: string): void {
  if (path === '/') throw new Error(`invalid mount destination: it leads to the root itself, which it would cover`);
  const onProc = path === '/proc' && type !== 'proc';
  const below = path.startsWith('/proc/') && !PROC_FILES.has(path);
  if (onProc || below) throw new Error(`cannot mount on ${path}: it would hide or fake what /proc says`);
}

/**
 * Opens what was mounted on a place meanwhile: `fd` itself stays open on what lies below.
 * @throws Error when the path has come to lead elsewhere, as when somebody renames folders of a shared volume.
 */
export function reopenMountPoint(rootFd: number, destination: string, fd: number): number {
  const top = openInRoot(rootFd, cleanPath(destination));
  if (placeInRoot(rootFd, top) === placeInRoot(rootFd, fd)) return top;
  close(top);
  throw new Error(`${destination} was exchanged while it was being mounted on`);
}
