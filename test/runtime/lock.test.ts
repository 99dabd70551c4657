import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { close } from '../../src/linux/files.ts';
import { lockHolder, makeLockedFolder, releaseLock, tryLock } from '../../src/runtime/lock.ts';
import { containerFolder, place } from '../../src/runtime/places.ts';
import { idOf, storeForEach } from './store.ts';

const root = storeForEach();
const id = idOf('a');

function makeContainerFolder(): void {
  place('containers');
  makeLockedFolder(containerFolder(id));
}

describe('the lock of a container', () => {
  test('is held from the moment its folder is there, until it is released', () => {
    makeContainerFolder();
    expect(tryLock(containerFolder(id))).toBeUndefined();
    releaseLock();
    const lock = tryLock(containerFolder(id));
    expect(lock).toBeGreaterThan(2);
    close(lock as number);
  });

  test('is held by one at a time', () => {
    mkdirSync(containerFolder(id), { recursive: true });
    const first = tryLock(containerFolder(id));
    expect(tryLock(containerFolder(id))).toBeUndefined();
    close(first as number);
    const second = tryLock(containerFolder(id));
    expect(second).toBeDefined();
    close(second as number);
  });

  test('goes with the folder', () => {
    makeContainerFolder();
    mkdirSync(join(root(), 'trash'));
    renameSync(containerFolder(id), join(root(), 'trash', id));
    expect(tryLock(join(root(), 'trash', id))).toBeUndefined();
    releaseLock();
  });

  test('of a folder that is gone cannot be had', () => {
    makeContainerFolder();
    rmSync(containerFolder(id), { recursive: true });
    expect(tryLock(containerFolder(id))).toBeUndefined();
    releaseLock();
  });

  test('names its holder', () => {
    makeContainerFolder();
    expect(lockHolder(containerFolder(id))).toBe(process.pid);
    releaseLock();
    expect(lockHolder(containerFolder(id))).toBeUndefined();
  });
});
