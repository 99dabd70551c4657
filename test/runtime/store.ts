// A store of its own for one test file.

import { beforeEach } from 'vitest';
import { temporaryFolders } from '../chroot/temporary.ts';

/** Gives every test a new SLIPWAY_ROOT. @returns a function that says which. */
export function storeForEach(): () => string {
  const newFolder = temporaryFolders();
  let root = '';
  beforeEach(() => {
    root = `${newFolder()}/root`;
    process.env.SLIPWAY_ROOT = root;
  });
  return () => root;
}

/** A container's id that is easy to read: 64 times the same digit. */
export function idOf(digit: string): string {
  return digit.repeat(64);
}
