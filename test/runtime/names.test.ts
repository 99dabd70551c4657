import { mkdirSync, readlinkSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  allIds,
  claimName,
  findContainer,
  freeStaleNames,
  nameOfId,
  newId,
  releaseName,
} from '../../src/runtime/names.ts';
import { containerFolder } from '../../src/runtime/places.ts';
import { idOf, storeForEach } from './store.ts';

const root = storeForEach();
const link = (name: string) => join(root(), 'names', name);

/** The folder of a container, and its name. */
function container(digit: string, name?: string): string {
  const id = idOf(digit);
  mkdirSync(containerFolder(id), { recursive: true });
  if (name !== undefined) claimName(id, name);
  return id;
}

test('an id is 64 hex digits that do not repeat', () => {
  const ids = Array.from({ length: 100 }, newId);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{64}$/);
  expect(new Set(ids).size).toBe(100);
});

describe('a name', () => {
  test('is a link to the container that claims it', () => {
    const id = container('a', 'web');
    expect(readlinkSync(link('web'))).toBe(id);
    expect(nameOfId(id)).toBe('web');
  });

  test('that another container has cannot be had, and whose it is is said', () => {
    container('a', 'web');
    expect(() => claimName(container('b'), 'web')).toThrow(
      'the container name "web" is already in use by container aaaaaaaaaaaa: remove that one (slipway rm web)',
    );
  });

  test('whose container is gone can be had', () => {
    mkdirSync(join(root(), 'names'), { recursive: true });
    symlinkSync(idOf('f'), link('web'));
    expect(claimName(container('a'), 'web')).toBe('web');
    expect(readlinkSync(link('web'))).toBe(idOf('a'));
  });

  test('is given back by its container alone', () => {
    const id = container('a', 'web');
    releaseName('web', idOf('b'));
    expect(readlinkSync(link('web'))).toBe(id);
    releaseName('web', id);
    releaseName('web', id);
    expect(nameOfId(id)).toBeUndefined();
  });

  test('is made up of two words where none is wanted, and of a number too when it is taken', () => {
    const names = Array.from({ length: 500 }, (_, index) => {
      const id = index.toString(16).padStart(64, '0');
      mkdirSync(containerFolder(id), { recursive: true });
      return claimName(id);
    });
    for (const name of names) expect(name).toMatch(/^[a-z]+_[a-z]+(_\d+)?$/);
    expect(new Set(names).size).toBe(500);
  });
});

test('stale names are freed, and said', () => {
  container('a', 'kept');
  symlinkSync(idOf('f'), link('gone'));
  symlinkSync('../../etc', link('odd'));
  mkdirSync(link('folder'));
  expect(freeStaleNames().toSorted()).toEqual(['folder', 'gone', 'odd']);
  expect(readlinkSync(link('kept'))).toBe(idOf('a'));
});

describe('a container is found', () => {
  test('by its name, its id, and the beginning of its id', () => {
    const id = container('a', 'web');
    container('b', 'db');
    for (const reference of ['web', id, 'aaa']) expect(findContainer(reference)).toBe(id);
    expect(allIds().toSorted()).toEqual([idOf('a'), idOf('b')]);
  });

  test('by a name rather than by an id that begins so', () => {
    container('a');
    expect(findContainer('aa')).toBe(idOf('a'));
    const named = container('b', 'aa');
    expect(findContainer('aa')).toBe(named);
  });

  test('not by the beginning of two ids', () => {
    for (const end of ['0', '1']) mkdirSync(containerFolder(`${'a'.repeat(63)}${end}`), { recursive: true });
    expect(() => findContainer('aaaa')).toThrow(
      '"aaaa" could be any of aaaaaaaaaaaa, aaaaaaaaaaaa: give more of the id',
    );
  });

  test.each(['web', '', '../names', '..', 'f'.repeat(64), '*'])('not where there is none: %j', (reference) => {
    expect(() => findContainer(reference)).toThrow(`no such container: ${reference}`);
  });

  test('not through a link that leads elsewhere', () => {
    container('a', 'web');
    symlinkSync('../../../etc', link('etc'));
    expect(() => findContainer('etc')).toThrow('no such container: etc');
  });
});
