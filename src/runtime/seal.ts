// Keeps a container from overwriting node (CVE-2019-5736).
//
// Until its execve, a container's init is a clone of node: its /proc/self/exe is the machine's own node, and a program
// that gets hold of that file while it is root could write to it, for everyone. So Slipway starts node from a read-only
// overlay of its folder: a write through /proc/self/exe is then EROFS for ever, and the mount cannot be made writable,
// since an overlay without an upper folder has no place to write to. It is mounted once per boot, by root's first
// container; the `slipway` script takes node from there; `slipway clean` takes it away.

import { existsSync, lstatSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { F_SETFD, LOCK_EX, O_CLOEXEC, O_DIRECTORY } from '../linux/constants.ts';
import { close, fcntl, flock, open } from '../linux/files.ts';
import { execve } from '../linux/process.ts';
import { resetSignals } from '../linux/signals.ts';
import { mountOverlay } from '../unionfs/overlay.ts';
import { isRoot } from './places.ts';

export const SEAL_FOLDER = '/run/slipway/seal';

/** True when this very process is node from behind the seal. */
export function isSealed(): boolean {
  return process.execPath.startsWith(`${SEAL_FOLDER}/`);
}

/**
 * Makes sure that this process is a sealed node before a container is started: mounts the seal when it is missing and
 * starts again from it, with the same arguments. An ordinary user cannot mount it, and need not: the file is not theirs
 * to write unless the checkout is.
 */
export function ensureSealed(): void {
  if (isSealed() || !isRoot) return;
  const folder = dirname(process.execPath);
  const sealed = join(SEAL_FOLDER, folder);
  const node = join(sealed, 'node');
  if (!existsSync(node)) mountSeal(folder, sealed);
  if (!existsSync(node))
    throw new Error(`the seal at ${sealed} does not show node: run \`slipway clean\` and try again`);
  const environment = Object.entries(process.env).map(([name, value]) => `${name}=${value}`);
  resetSignals();
  for (const fd of [0, 1, 2]) fcntl(fd, F_SETFD, 0); // Node has marked them for execve to close
  // Without the -- Node would take an --env-file of ours for its own.
  execve(node, [node, ...process.execArgv, '--', ...process.argv.slice(1)], environment);
}

/** A read-only overlay of `folder`: two lower layers, as an overlay without an upper wants, the second one empty. */
function mountSeal(folder: string, target: string): void {
  const empty = join(SEAL_FOLDER, '.empty');
  for (const path of [SEAL_FOLDER, empty, target]) mkdirSync(path, { recursive: true, mode: 0o711 });
  if (lstatSync(SEAL_FOLDER).uid !== 0) throw new Error(`${SEAL_FOLDER} does not belong to root: refusing to use it`);
  const lock = open(SEAL_FOLDER, O_DIRECTORY | O_CLOEXEC);
  try {
    flock(lock, LOCK_EX); // of many first starts at once, one mounts it
    if (!existsSync(join(target, 'node'))) mountOverlay({ lowerdirs: [folder, empty], target });
  } finally {
    close(lock);
  }
}
