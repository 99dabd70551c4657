// Keeps a container from overwriting node (CVE-2019-5736).
//
// Until its execve, a container's init is a clone of node: its /proc/self/exe is the machine's own node, and a program
// that gets hold of that file while it is root could write to it, for everyone. So Slipway starts node from a read-only
// overlay of its folder: a write through /proc/self/exe is then EROFS for ever, and the mount cannot be made writable,
// since an overlay without an upper folder has no place to write to. It is mounted once per boot, by root's first
// container; the `slipway` script takes node from there; `slipway clean` takes it away. Each checkout has its own node, and
// so its own seal; one whose checkout is gone goes with the next seal that is mounted.

import { lstatSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { F_SETFD, LOCK_EX, MNT_DETACH, OVERLAYFS_SUPER_MAGIC } from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { close, fcntl, statfs } from '../linux/files.ts';
import { umount2 } from '../linux/mount.ts';
import { readMounts } from '../linux/mountinfo.ts';
import { isInUserNamespace } from '../linux/namespaces.ts';
import { execve } from '../linux/process.ts';
import { resetSignals } from '../linux/signals.ts';
import { mountOverlay } from '../unionfs/overlay.ts';
import { exists, isCode, makeFolders } from './disk.ts';
import { closeGate } from './lock.ts';
import { isRoot } from './places.ts';

const SEAL_FOLDER = '/run/slipway/seal';

let sealed: boolean | undefined;

/** True when this very process is node from behind a seal. First called while the host's /proc is still there. */
export function isSealed(): boolean {
  sealed ??= process.execPath.startsWith(`${SEAL_FOLDER}/`) || isOnSeal('/proc/self/exe');
  return sealed;
}

/** A seal that was taken away has no path any more, and is one all the same for a process that began behind it. */
function isOnSeal(path: string): boolean {
  const { type, isReadonly } = statfs(path);
  return type === OVERLAYFS_SUPER_MAGIC && isReadonly;
}

/**
 * Makes sure that this process is a sealed node before a container is started: mounts the seal when it is missing and
 * starts again from it, with the same arguments. An ordinary user cannot mount it, and need not: the file is not theirs
 * to write unless the checkout is. That is so for the root of their user namespace too, as whom their podman calls us.
 * @param preservedFds how many descriptors from 3 on are not Node's but given to us.
 */
export function ensureSealed(preservedFds = 0): void {
  if (isSealed() || !isRoot || !isInPlace()) return;
  const folder = dirname(process.execPath);
  const sealed = join(SEAL_FOLDER, folder);
  if (!tryMountOnce(folder, sealed)) return;
  const node = join(sealed, 'node');
  const environment = Object.entries(process.env).map(([name, value]) => `${name}=${value}`);
  resetSignals();
  for (let fd = 0; fd < 3 + preservedFds; fd++) fcntl(fd, F_SETFD, 0); // Node has marked them for execve to close
  // Without the -- Node would take an --env-file of ours for its own.
  execve(node, [node, ...process.execArgv, '--', ...process.argv.slice(1)], environment);
}

/**
 * False when the seal was taken away, or node replaced, after this process had been started from it: its own path then
 * leads elsewhere. It goes on as one without a seal does (springboard.ts).
 */
function isInPlace(): boolean {
  const [named, own] = [statSync(process.execPath, { throwIfNoEntry: false }), statSync('/proc/self/exe')];
  return named?.ino === own.ino && named.dev === own.dev;
}

/** @returns false for the root of a user namespace that may not write to /run. */
function tryMountOnce(folder: string, target: string): boolean {
  try {
    mountOnce(folder, target);
    return true;
  } catch (error) {
    if (isInUserNamespace() && (isCode(error, 'EACCES', 'EROFS') || isErrno(error, 'EACCES', 'EROFS', 'EPERM')))
      return false;
    throw error;
  }
}

/** Of many first starts at once, one mounts it. */
function mountOnce(folder: string, target: string): void {
  makeFolders(SEAL_FOLDER, 0o711);
  if (lstatSync(SEAL_FOLDER).uid !== 0) throw new Error(`${SEAL_FOLDER} does not belong to root: refusing to use it`);
  const gate = closeGate(SEAL_FOLDER, LOCK_EX);
  try {
    if (isMounted(target)) return;
    unmountSeals(isGone);
    mountSeal(folder, target);
  } finally {
    close(gate);
  }
}

/** Below the mount lies a link in place of node: see mountSeal(). */
function isMounted(target: string): boolean {
  return lstatSync(join(target, 'node'), { throwIfNoEntry: false })?.isFile() ?? false;
}

/**
 * A read-only overlay of `folder`: two lower layers, as an overlay without an upper wants, the second one empty. Where it
 * is mounted lies a link to the real node, for whoever was about to start the sealed one when the seal was taken away.
 */
function mountSeal(folder: string, target: string): void {
  const empty = join(SEAL_FOLDER, '.empty');
  for (const path of [empty, target]) makeFolders(path, 0o711);
  if (!exists(join(target, 'node'))) symlinkSync(join(folder, 'node'), join(target, 'node'));
  mountOverlay({ lowerdirs: [folder, empty], target });
}

/** Takes this checkout's seal away, and those of checkouts that are gone. The next start mounts one again. @returns where. */
export function removeSeals(): string[] {
  const folder = dirname(process.execPath);
  const own = folder.startsWith(`${SEAL_FOLDER}/`) ? folder : join(SEAL_FOLDER, folder);
  return unmountSeals((path) => path === own || isGone(path));
}

/** True when the node that the seal at this path is for is no longer there. */
function isGone(path: string): boolean {
  return !exists(join(path.slice(SEAL_FOLDER.length), 'node'));
}

function unmountSeals(isMeant: (path: string) => boolean): string[] {
  const seals = readMounts()
    .map(({ path }) => path)
    .filter((path) => path.startsWith(`${SEAL_FOLDER}/`) && isMeant(path));
  for (const path of seals.reverse()) {
    try {
      umount2(path, MNT_DETACH);
    } catch (error) {
      if (!isErrno(error, 'EINVAL', 'ENOENT')) throw error; // another process was quicker
    }
  }
  return seals;
}
