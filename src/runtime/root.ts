// Brings a container's root into being: the layers of an image laid over one another, or a plain folder.

import { dirname, join } from 'node:path';
import { bindRoot, makeRootSlave } from '../chroot/root.ts';
import { isErrno } from '../linux/door.ts';
import { openRoot } from '../linux/in-root.ts';
import { mountOverlay } from '../unionfs/overlay.ts';
import type { Runnable } from './bundle.ts';
import { mountMachine } from './machine-root.ts';

/** Mounts the root in init's own mount namespace, where the host does not see it. @returns an O_PATH descriptor. */
export function makeRoot(bundle: Runnable, inUserNamespace: boolean): number {
  makeRootSlave();
  const { path } = bundle.spec.root;
  const folder = dirname(path);
  if (bundle.memorySize !== undefined) {
    const memoryFolder = join(folder, 'memory');
    mountMachine({ target: path, memoryFolder, memorySize: bundle.memorySize, userxattr: inUserNamespace });
    return openRoot(path);
  }
  if (bundle.layers.length === 0) return bindFolder(path, isSlave(bundle));
  mountOverlay({
    lowerdirs: [join(folder, 'init'), ...bundle.layers],
    upperdir: join(folder, 'upper'),
    workdir: join(folder, 'work'),
    target: path,
    userxattr: inUserNamespace,
  });
  return openRoot(path);
}

function isSlave({ spec: { linux = {} } }: Runnable): boolean {
  return linux.rootfsPropagation?.endsWith('slave') ?? false;
}

function bindFolder(path: string, isSlave: boolean): number {
  try {
    return bindRoot(path, { isSlave });
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) throw new Error(`--rootfs ${path}: there is no such folder`);
    throw error;
  }
}
