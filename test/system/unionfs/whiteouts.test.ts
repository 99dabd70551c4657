import { lstatSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AT_FDCWD, S_IFBLK, S_IFCHR } from '../../../src/linux/constants.ts';
import { close, mknodat } from '../../../src/linux/files.ts';
import { llistxattr, lsetxattr } from '../../../src/linux/xattr.ts';
import { ociToOverlay, overlayToOci } from '../../../src/unionfs/convert.ts';
import { closeMerged, lookUp, namesIn, openMerged } from '../../../src/unionfs/merged.ts';
import { isOpaque, isWhiteout, makeOpaque, makeWhiteout } from '../../../src/unionfs/whiteouts.ts';
import { contents, makeOld, plant, readTree } from '../../unionfs/trees.ts';
import { overlayIn, useScratch, whileMounted } from './scratch.ts';

const scratch = useScratch();

/** What a program sees, by a mount, and by our own lookup. */
function seen(layers: string[]): Record<string, string> {
  const byMount = whileMounted(overlayIn(scratch(), layers), contents);
  const merged = openMerged(layers, 'trusted');
  expect(namesIn(merged, 'trusted').map((name) => `/${name}`)).toEqual(
    Object.keys(byMount).filter((path) => path.lastIndexOf('/') === 0),
  );
  closeMerged(merged);
  return byMount;
}

describe('marks of overlay', () => {
  it('a whiteout of ours hides the name below', () => {
    const lower = plant(join(scratch(), 'lower'), { gone: '', kept: 'x' });
    const upper = plant(join(scratch(), 'upper'));
    withFolder(upper, (fd) => makeWhiteout(fd, 'gone'));
    expect(seen([upper, lower])).toEqual({ '/kept': 'x' });
  });

  it('an opaque folder of ours hides all that the layers below have in it', () => {
    const lower = plant(join(scratch(), 'lower'), { folder: { gone: '', sub: {} } });
    const upper = plant(join(scratch(), 'upper'), { folder: { mine: 'x' } });
    withFolder(join(upper, 'folder'), makeOpaque);
    withFolder(join(upper, 'folder'), (fd) => expect(isOpaque(fd, 'trusted')).toBe(true));
    expect(seen([upper, lower])).toEqual({ '/folder': 'folder', '/folder/mine': 'x' });
  });

  it('an empty file with overlay.whiteout hides too, as other tools have it', () => {
    const lower = plant(join(scratch(), 'lower'), { gone: '', kept: 'x', empty: 'full' });
    const upper = plant(join(scratch(), 'upper'), { gone: '', empty: '' });
    lsetxattr(upper, 'trusted.overlay.opaque', 'x'); // tells the kernel to look for such files here
    lsetxattr(join(upper, 'gone'), 'trusted.overlay.whiteout', '');
    expect(seen([upper, plant(scratch()), lower])).toEqual({ '/kept': 'x', '/empty': '' });
    withFolder(upper, (fd) => expect(isOpaque(fd, 'trusted')).toBe(false));
  });

  it.each([
    ['a device 0:1', S_IFCHR, 0, 1],
    ['a device 1:0', S_IFCHR, 1, 0],
    ['a block device 0:0', S_IFBLK, 0, 0],
  ])('%s is no whiteout', (_, kind, major, minor) => {
    const folder = scratch();
    mknodat(AT_FDCWD, join(folder, 'node'), kind, major, minor);
    const merged = openMerged([folder], 'trusted');
    const stat = lookUp(merged, 'node', 'trusted');
    expect(stat && isWhiteout(merged[0] as number, 'node', stat, 'trusted')).toBe(false);
    closeMerged(merged);
  });

  it('a whiteout in a middle layer hides what is below it, not what is above', () => {
    const bottom = plant(join(scratch(), '1'), { a: 'bottom', b: 'bottom' });
    const middle = plant(join(scratch(), '2'), { a: null, b: null });
    const top = plant(join(scratch(), '3'), { a: 'top' });
    expect(seen([top, middle, bottom])).toEqual({ '/a': 'top' });
  });
});

function withFolder(path: string, use: (fd: number) => void): void {
  const [fd = -1] = openMerged([path], 'trusted');
  use(fd);
  close(fd);
}

describe('from OCI names to overlay’s marks', () => {
  const lowerTree = { a: 'a', b: { c: 'c', d: 'd' }, e: { f: 'f' }, g: 'g' };
  const lower = () => plant(join(scratch(), 'lower'), lowerTree);
  const convert = (tree: Parameters<typeof plant>[1]) => {
    const layer = plant(join(scratch(), 'layer'), tree);
    ociToOverlay(layer);
    return layer;
  };

  it('.wh.NAME becomes a device, and hides NAME', () => {
    const layer = convert({ '.wh.a': '', b: { '.wh.c': '' } });
    expect(contents(layer)).toEqual({ '/a': 'whiteout', '/b': 'folder', '/b/c': 'whiteout' });
    expect(seen([layer, lower()])).toEqual({ '/b': 'folder', '/b/d': 'd', '/e': 'folder', '/e/f': 'f', '/g': 'g' });
  });

  it('.wh..wh..opq hides the layers below, whatever else is in the folder', () => {
    const layer = convert({ b: { '.wh..wh..opq': '', '.wh.c': '', d: 'new' } });
    expect(contents(layer)).toEqual({ '/b': 'folder', '/b/d': 'new' });
    expect(seen([layer, lower()])).toMatchObject({ '/b/d': 'new', '/e/f': 'f' });
    expect(seen([layer, lower()])).not.toHaveProperty('/b/c');
  });

  it('at the top it hides every layer below, although the kernel takes no notice there', () => {
    const layer = convert({ '.wh..wh..opq': '', only: 'x' });
    expect(contents(layer)).toEqual({ '/only': 'x' });
    expect(seen([plant(scratch(), { top: 't' }), layer, lower()])).toEqual({ '/only': 'x', '/top': 't' });
  });

  it('a whiteout where nothing below can be seen anyway leaves nothing behind', () => {
    const sub = { '.wh.c': '', x: 'x' };
    const layer = convert({ b: { '.wh..wh..opq': '', sub }, '.wh.e': '', e: { sub }, b2: { sub: {} } });
    const kept = ['/b', '/b/sub', '/b/sub/x', '/b2', '/b2/sub', '/e', '/e/sub', '/e/sub/x'];
    expect(Object.keys(contents(layer))).toEqual(kept);
    expect(Object.keys(seen([layer, lower()]))).toEqual(['/a', ...kept, '/g']);
  });

  it('NAME and .wh.NAME in one layer: the layer’s own NAME stays, and replaces a folder', () => {
    const layer = convert({ '.wh.a': '', a: 'mine', '.wh.b': '', b: { x: 'x' }, '.wh.e': '', e: 'file' });
    expect(contents(layer)).toEqual({ '/a': 'mine', '/b': 'folder', '/b/x': 'x', '/e': 'file' });
    expect(seen([layer, lower()])).toEqual({ '/a': 'mine', '/b': 'folder', '/b/x': 'x', '/e': 'file', '/g': 'g' });
  });

  it('notes of aufs fall away', () => {
    const layer = convert({ '.wh..wh.plnk': { '123.456': 'x', '.wh.y': '' }, '.wh..wh.aufs': '', file: 'x' });
    expect(contents(layer)).toEqual({ '/file': 'x' });
  });

  it.each(['.wh.', '.wh..', '.wh...'])('%s is refused', (name) => {
    expect(() => convert({ sub: { [name]: '' } })).toThrow('no valid whiteout');
  });

  it('a device 0:0 and marks that the archive brought along hide nothing', () => {
    const layer = plant(join(scratch(), 'layer'), { a: null, b: { c: null }, e: {}, g: '', '.wh.b': '' });
    lsetxattr(join(layer, 'e'), 'trusted.overlay.opaque', 'y');
    lsetxattr(join(layer, 'g'), 'trusted.overlay.whiteout', '');
    lsetxattr(join(layer, 'g'), 'user.mine', '1');
    lsetxattr(layer, 'user.overlay.opaque', 'y');
    ociToOverlay(layer);
    expect(llistxattr(join(layer, 'g'))).toEqual(['user.mine']);
    expect(llistxattr(layer)).toEqual([]);
    expect(seen([layer, lower()])).toEqual({ '/a': 'a', '/b': 'folder', '/e': 'folder', '/e/f': 'f', '/g': '' });
  });

  it('links are not followed', () => {
    const outside = plant(join(scratch(), 'outside'), { '.wh.a': '', sub: { '.wh..wh..opq': '' } });
    const layer = plant(join(scratch(), 'layer'), { link: `-> ${outside}`, '.wh.x': `-> ${join(outside, 'sub')}` });
    const before = readTree(outside);
    ociToOverlay(layer);
    expect(readTree(outside)).toEqual(before);
    expect(contents(layer)).toEqual({ '/link': `-> ${outside}`, '/x': 'whiteout' });
  });

  it('folders keep their times', () => {
    const layer = plant(join(scratch(), 'layer'), { b: { '.wh.c': '', '.wh..wh..opq': '' } });
    makeOld(layer);
    const times = () => [layer, join(layer, 'b')].map((path) => lstatSync(path, { bigint: true }).mtimeNs);
    const before = times();
    ociToOverlay(layer);
    expect(times()).toEqual(before);
  });
});

describe('from overlay’s marks to OCI names', () => {
  it('what a mount left in its upper folder becomes names', () => {
    const folder = scratch();
    const lower = plant(join(folder, 'lower'), { a: 'a', b: { c: 'c' }, d: { e: 'e' } });
    const overlay = overlayIn(folder, [lower]);
    whileMounted(overlay, (target) => {
      rmSync(join(target, 'a'));
      rmSync(join(target, 'd', 'e'));
      rmSync(join(target, 'b'), { recursive: true });
      plant(target, { b: { x: 'x' }, new: 'n' });
    });
    overlayToOci(overlay.upperdir);
    expect(contents(overlay.upperdir)).toEqual({
      '/.wh.a': '',
      '/b': 'folder',
      '/b/.wh..wh..opq': '',
      '/b/x': 'x',
      '/d': 'folder',
      '/d/.wh.e': '',
      '/new': 'n',
    });
  });

  it('no note of overlay’s remains', () => {
    const folder = scratch();
    const lower = plant(join(folder, 'lower'), { a: { b: 'b' } });
    const overlay = overlayIn(folder, [lower]);
    whileMounted(overlay, (target) => writeFileSync(join(target, 'a', 'b'), 'changed'));
    const notes = () => ['', 'a', 'a/b'].flatMap((name) => llistxattr(join(overlay.upperdir, name)));
    expect(notes()).not.toEqual([]); // origin, impure: which file of which layer was copied up
    overlayToOci(overlay.upperdir);
    expect(notes()).toEqual([]);
  });

  it('a file whose own name begins with .wh. is refused', () => {
    const layer = plant(join(scratch(), 'layer'), { sub: { '.wh.x': '' } });
    expect(() => overlayToOci(layer)).toThrow('no file of an image can be called so');
  });

  it('there and back is the same tree, and the other way round', () => {
    const tree = { '.wh.a': '', b: { '.wh..wh..opq': '', c: 'c' }, d: { '.wh.e': '', f: { '.wh.g': '' } }, h: '-> b' };
    const layer = plant(join(scratch(), 'layer'), tree);
    const oci = contents(layer);
    ociToOverlay(layer);
    makeOld(layer);
    const overlay = readTree(layer);
    overlayToOci(layer);
    expect(contents(layer)).toEqual(oci);
    ociToOverlay(layer);
    makeOld(layer);
    expect(readTree(layer)).toEqual(overlay);
  });
});
