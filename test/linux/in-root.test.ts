import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { O_DIRECTORY, O_PATH } from '../../src/linux/constants.ts';
import { close } from '../../src/linux/files.ts';
import {
  makeFileInRoot,
  makeFolderInRoot,
  openInRoot,
  openRoot,
  pathOf,
  splitPath,
  tryOpenInRoot,
} from '../../src/linux/in-root.ts';

/** outside/ is what no path may reach; root/ is the container's root beside it. */
let scratch: string;
let root: string;
let rootFd: number;

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'in-root-'));
  root = join(scratch, 'root');
  mkdirSync(join(root, 'etc'), { recursive: true });
  mkdirSync(join(scratch, 'outside'));
  writeFileSync(join(root, 'etc', 'hosts'), 'inside');
  rootFd = openRoot(root);
});

afterEach(() => {
  close(rootFd);
  rmSync(scratch, { recursive: true });
});

function link(target: string, name: string): void {
  symlinkSync(target, join(root, name));
}

/** Where a descriptor leads, seen from the root; what lies outside begins with `..`. */
function placeOf(fd: number): string {
  const path = readlinkSync(pathOf(fd));
  close(fd);
  return path === root ? '/' : path.startsWith(`${root}/`) ? path.slice(root.length) : `OUTSIDE ${path}`;
}

describe('openInRoot', () => {
  test.each([
    ['a plain path', '/etc/hosts', '/etc/hosts'],
    ['a path without a slash in front', 'etc/hosts', '/etc/hosts'],
    ['more .. than there are folders', '../../../../etc/hosts', '/etc/hosts'],
    ['.. above the root', '/..', '/'],
    ['the root itself', '/', '/'],
  ])('resolves %s inside the root', (_, path, place) => {
    expect(placeOf(openInRoot(rootFd, path))).toBe(place);
  });

  test.each([
    ['an absolute link', '/etc/hosts'],
    ['a relative link', 'etc/hosts'],
    ['a link with many ..', '../../../../../../etc/hosts'],
    ['an absolute link with ..', '/../../etc/hosts'],
  ])('follows %s, but not out', (_, target) => {
    link(target, 'link');
    expect(placeOf(openInRoot(rootFd, '/link'))).toBe('/etc/hosts');
  });

  test('follows a folder link to / and goes on from the root', () => {
    link('/', 'everything');
    expect(placeOf(openInRoot(rootFd, '/everything/../everything/etc/hosts'))).toBe('/etc/hosts');
  });

  test('does not find the outside by its name', () => {
    link(join(scratch, 'outside'), 'link');
    expect(() => openInRoot(rootFd, '/link')).toThrow(expect.objectContaining({ code: 'ENOENT' }));
    expect(tryOpenInRoot(rootFd, '/link')).toBeUndefined();
  });

  test('refuses links that lead to one another', () => {
    link('b', 'a');
    link('a', 'b');
    expect(() => openInRoot(rootFd, '/a')).toThrow(
      expect.objectContaining({ code: 'ELOOP', call: 'openat2', lesson: '02-chroot' }),
    );
  });

  test('refuses a file as a parent', () => {
    expect(() => openInRoot(rootFd, '/etc/hosts/x')).toThrow(expect.objectContaining({ code: 'ENOTDIR' }));
    expect(() => openInRoot(rootFd, '/etc/hosts', O_PATH | O_DIRECTORY)).toThrow(
      expect.objectContaining({ code: 'ENOTDIR' }),
    );
  });

  test('refuses a zero byte, where C would end the path', () => {
    expect(() => openInRoot(rootFd, '/etc\0/hosts')).toThrow('zero byte');
  });
});

describe('makeFolderInRoot', () => {
  test('makes what is missing, with its parents', () => {
    expect(placeOf(makeFolderInRoot(rootFd, '/a/b/c'))).toBe('/a/b/c');
  });

  test('opens what is there', () => {
    expect(placeOf(makeFolderInRoot(rootFd, '/etc'))).toBe('/etc');
  });

  test('makes the folder that a dangling link names', () => {
    link('/data/real', 'link');
    expect(placeOf(makeFolderInRoot(rootFd, '/link'))).toBe('/data/real');
  });

  test('makes a folder below a dangling link', () => {
    link('../../data', 'link');
    expect(placeOf(makeFolderInRoot(rootFd, '/link/x'))).toBe('/data/x');
  });

  test.each([
    ['in the path', '/missing/../../escaped'],
    ['in the path, in a row', '/missing/../../../escaped'],
    ['in the path, below what is there', '/etc/missing/../../../escaped'],
  ])('does not leave the root by .. behind a missing folder: %s', (_, path) => {
    expect(placeOf(makeFolderInRoot(rootFd, path))).toBe('/escaped');
    expect(readdirSync(scratch).sort()).toEqual(['outside', 'root']);
  });

  test.each(['missing/../../escaped', '/missing/../../../escaped', 'missing/deep/../../../../escaped'])(
    'does not leave the root by a dangling link to %s',
    (target) => {
      link(target, 'etc/link');
      expect(placeOf(makeFolderInRoot(rootFd, '/etc/link'))).toBe('/escaped');
      expect(readdirSync(scratch).sort()).toEqual(['outside', 'root']);
    },
  );

  test.each(['missing/../..', 'missing/../../..', '/missing/../../../..'])(
    'ends in the root for a link to %s',
    (target) => {
      link(target, 'link');
      expect(placeOf(makeFolderInRoot(rootFd, '/link'))).toBe('/');
    },
  );

  test('stays inside for a link to a folder of the host', () => {
    link(join(scratch, 'outside'), 'link');
    expect(placeOf(makeFolderInRoot(rootFd, '/link/x'))).toBe(`${join(scratch, 'outside')}/x`);
    expect(existsSync(join(scratch, 'outside', 'x'))).toBe(false);
  });

  test.each(['/link', '/link/x', '/link/../link'])('refuses links that lead to one another: %s', (path) => {
    link('other', 'link');
    link('link', 'other');
    expect(() => makeFolderInRoot(rootFd, path)).toThrow(expect.objectContaining({ code: 'ELOOP' }));
  });

  test('refuses a link that leads through itself', () => {
    link('missing/../link', 'link');
    expect(() => makeFolderInRoot(rootFd, '/link')).toThrow(expect.objectContaining({ code: 'ELOOP' }));
  });

  test('gives up after forty dangling links', () => {
    for (let index = 0; index < 60; index++) link(`l${index + 1}`, `l${index}`);
    expect(() => makeFolderInRoot(rootFd, '/l0')).toThrow(/ELOOP|links lead to one another/);
  });

  test.each(['/etc/hosts', '/etc/hosts/x', '/etc/hosts/x/y'])('refuses a file where a folder is due: %s', (path) => {
    expect(() => makeFolderInRoot(rootFd, path)).toThrow(expect.objectContaining({ code: 'ENOTDIR' }));
  });

  test('takes the permission, which the umask reduces', () => {
    close(makeFolderInRoot(rootFd, '/private', 0o700));
    expect(existsSync(join(root, 'private'))).toBe(true);
  });
});

describe('makeFileInRoot', () => {
  test('makes an empty file, with its parents', () => {
    expect(placeOf(makeFileInRoot(rootFd, '/a/b/file'))).toBe('/a/b/file');
  });

  test('leaves a file that is there as it is', () => {
    expect(placeOf(makeFileInRoot(rootFd, '/etc/hosts'))).toBe('/etc/hosts');
  });

  test('makes the file that a dangling link names', () => {
    link('/run/resolv.conf', 'etc/resolv.conf');
    expect(placeOf(makeFileInRoot(rootFd, '/etc/resolv.conf'))).toBe('/run/resolv.conf');
  });

  test('does not leave the root by a dangling link', () => {
    link('missing/../../../escaped', 'etc/link');
    expect(placeOf(makeFileInRoot(rootFd, '/etc/link'))).toBe('/escaped');
    expect(readdirSync(scratch).sort()).toEqual(['outside', 'root']);
  });

  test('refuses a file as a parent', () => {
    expect(() => makeFileInRoot(rootFd, '/etc/hosts/x')).toThrow(expect.objectContaining({ code: 'ENOTDIR' }));
  });
});

describe('splitPath', () => {
  test.each([
    ['/a/b/c', '/a/b', 'c'],
    ['a', '/', 'a'],
    ['//a/./b/', '/a', 'b'],
    ['/', '/', '.'],
    ['/a/..', '/a', '..'],
  ])('%s', (path, parent, name) => {
    expect(splitPath(path)).toEqual({ parent, name });
  });
});
