// A place where tests mount what they like: a tmpfs in a mount namespace of the test's own. Nothing of it is seen
// outside, and it goes away with the process, however that ends.

import { mkdirSync, mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { CLONE_NEWNS, MNT_DETACH, MS_PRIVATE, MS_REC } from '../../../src/linux/constants.ts';
import { mount, umount2 } from '../../../src/linux/mount.ts';
import { unshare } from '../../../src/linux/namespaces.ts';
import { mountOverlay, type Overlay } from '../../../src/unionfs/overlay.ts';

/** Call it once in a test file. @returns a function that makes a new empty folder. */
export function useScratch(): () => string {
  let root = '';
  let count = 0;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'unionfs-'));
    unshare(CLONE_NEWNS);
    mount(null, '/', null, MS_REC | MS_PRIVATE);
    mount('tmpfs', root, 'tmpfs', 0);
  });
  afterAll(() => {
    umount2(root, MNT_DETACH);
    rmdirSync(root);
  });
  return () => {
    const folder = join(root, String(count++));
    mkdirSync(folder);
    return folder;
  };
}

/** The four folders of a writable overlay. */
export function overlayIn(folder: string, lowerdirs: readonly string[]): Required<Overlay> {
  const [upperdir = '', workdir = '', target = ''] = ['upper', 'work', 'merged'].map((name) => join(folder, name));
  for (const path of [upperdir, workdir, target]) mkdirSync(path, { recursive: true });
  return { lowerdirs, upperdir, workdir, target, userxattr: false };
}

/** Mounts it while `use` runs. */
export function whileMounted<T>(overlay: Overlay, use: (target: string) => T, mountIt = mountOverlay): T {
  mountIt(overlay);
  try {
    return use(overlay.target);
  } finally {
    umount2(overlay.target, MNT_DETACH);
  }
}
