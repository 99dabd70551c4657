import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { exists, makeFolders, namesIn } from '../../src/runtime/disk.ts';
import { place, rootFolder } from '../../src/runtime/places.ts';
import {
  anonymousVolumes,
  makeAnonymousVolume,
  openVolume,
  setVolumeFree,
  volumesMadeFor,
} from '../../src/runtime/volumes.ts';
import { readJson, writeOver, writeWhole } from '../../src/runtime/whole-file.ts';
import { temporaryFolders } from '../chroot/temporary.ts';
import { idOf, storeForEach } from './store.ts';

const newFolder = temporaryFolders();
storeForEach();

describe('exists', () => {
  test('is true for a link that leads nowhere', () => {
    const folder = newFolder();
    symlinkSync('nowhere', join(folder, 'link'));
    expect(exists(join(folder, 'link'))).toBe(true);
    expect(exists(join(folder, 'other'))).toBe(false);
  });

  test('is false below a file', () => {
    expect(exists('/etc/passwd/x')).toBe(false);
  });
});

test('namesIn is empty for a folder that does not exist, and fails for a file', () => {
  expect(namesIn(join(newFolder(), 'none'))).toEqual([]);
  expect(() => namesIn('/etc/passwd')).toThrow('ENOTDIR');
});

describe('makeFolders', () => {
  test('makes all that are missing, with the mode', () => {
    const path = join(newFolder(), 'a/b/c');
    makeFolders(path, 0o700);
    makeFolders(path, 0o755);
    for (const each of [path, join(path, '..')]) expect(statSync(each).mode & 0o777).toBe(0o700);
  });

  test.each(['/proc/a/b', '/etc/passwd/a/b'])('fails where none can be made: %s', (path) => {
    expect(() => makeFolders(path)).toThrow(/ENOENT|ENOTDIR|EACCES/);
  });
});

test('only we may look into the root folder', () => {
  place('containers', 'x');
  expect(statSync(rootFolder()).mode & 0o777).toBe(0o700);
  expect(existsSync(join(rootFolder(), 'containers/x'))).toBe(true);
});

describe('a file that is written whole', () => {
  test('is there, for its owner alone, and nothing else is', () => {
    const folder = newFolder();
    for (const text of ['first', 'second one']) writeWhole(join(folder, 'f'), text);
    expect(readFileSync(join(folder, 'f'), 'utf8')).toBe('second one');
    expect(statSync(join(folder, 'f')).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['f']);
  });

  test('leaves nothing when it cannot be put in its place', () => {
    const folder = newFolder();
    mkdirSync(join(folder, 'f', 'x'), { recursive: true });
    expect(() => writeWhole(join(folder, 'f'), 'text')).toThrow('EISDIR');
    expect(readdirSync(folder)).toEqual(['f']);
  });
});

test('a file that is written over holds the new text alone', () => {
  const path = join(newFolder(), 'f');
  writeFileSync(path, 'a long text that was there');
  writeOver(path, 'short');
  expect(readFileSync(path, 'utf8')).toBe('short');
});

test.each(['', '{', 'null', '7', '"text"'])('what is no object is no JSON file of ours: %j', (text) => {
  const path = join(newFolder(), 'f');
  writeFileSync(path, text);
  expect(readJson(path)).toBeUndefined();
});

describe('a volume', () => {
  test('with a name belongs to nobody', () => {
    const data = openVolume('data');
    expect(openVolume('data')).toBe(data);
    expect(anonymousVolumes()).toEqual([]);
  });

  test('without one belongs to its container, until it is set free', () => {
    const name = makeAnonymousVolume(idOf('a'));
    makeAnonymousVolume(idOf('b'));
    openVolume(name);
    expect(volumesMadeFor(idOf('a'))).toEqual([name]);
    setVolumeFree(name);
    expect(volumesMadeFor(idOf('a'))).toEqual([]);
    expect(volumesMadeFor(idOf('b'))).toHaveLength(1);
  });

  test('is the same one for two that make it at once', async () => {
    const workerData = new SharedArrayBuffer(200 * Int32Array.BYTES_PER_ELEMENT);
    const one = () => once(new Worker(new URL('open-volumes.ts', import.meta.url), { workerData }), 'message');
    expect(await Promise.all([one(), one()])).toEqual([[[]], [[]]]);
  });
});
