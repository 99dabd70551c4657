import { chmodSync, chownSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { close } from '../../../src/linux/files.ts';
import { makeFileInRoot, makeFolderInRoot, openRoot } from '../../../src/linux/in-root.ts';
import { diffOfUpper } from '../../../src/unionfs/diff.ts';
import { makeInitLayer } from '../../../src/unionfs/init-layer.ts';
import { contents, makeOld, plant, type Tree } from '../../unionfs/trees.ts';
import { overlayIn, useScratch, whileMounted } from './scratch.ts';

const scratch = useScratch();

const FOLDERS = { '/dev': 'folder', '/proc': 'folder', '/sys': 'folder' };
const FILES = { '/etc/hostname': '', '/etc/hosts': '', '/etc/resolv.conf': '' };

/** An init layer over an image of these layers, the topmost first. */
function initLayerFor(...trees: Tree[]): { folder: string; init: string; layers: string[] } {
  const folder = scratch();
  const layers = trees.map((tree, index) => plant(join(folder, `${index}`), tree));
  layers.forEach(makeOld);
  const init = join(folder, 'init');
  makeInitLayer(init, layers);
  return { folder, init, layers };
}

describe('the init layer', () => {
  it('of an empty image holds all mount points', () => {
    const { init } = initLayerFor({});
    expect(contents(init)).toEqual({ ...FOLDERS, '/etc': 'folder', ...FILES, '/etc/mtab': '-> /proc/mounts' });
  });

  it('has modes that do not depend on the umask', () => {
    const old = process.umask(0o077);
    const { init } = initLayerFor({});
    process.umask(old);
    const mode = (name: string) => (lstatSync(join(init, name)).mode & 0o7777).toString(8);
    expect(['', 'proc', 'sys', 'dev', 'etc', 'etc/hosts'].map(mode)).toEqual([
      '755',
      '755',
      '755',
      '755',
      '755',
      '644',
    ]);
  });

  it('holds nothing that the image has', () => {
    const etc = { hosts: 'h', hostname: 'n', 'resolv.conf': 'r', mtab: 'm' };
    const { init } = initLayerFor({ etc }, { proc: {}, sys: {} }, { dev: {} });
    expect(contents(init)).toEqual({});
  });

  it('holds again what a layer of the image had deleted', () => {
    const { init } = initLayerFor(
      { proc: null, etc: { hosts: null } },
      { ...{ proc: {}, sys: {}, dev: {} }, etc: { hosts: 'h' } },
    );
    expect(contents(init)).toMatchObject({ '/proc': 'folder', '/etc/hosts': '' });
  });

  it('gives /etc the owner, mode and time of the image’s topmost', () => {
    const folder = scratch();
    const layers = [
      plant(join(folder, '0')),
      plant(join(folder, '1'), { etc: {} }),
      plant(join(folder, '2'), { etc: {} }),
    ];
    chownSync(join(folder, '1/etc'), 12, 34);
    chmodSync(join(folder, '1/etc'), 0o2751);
    makeOld(layers[1] as string);
    makeInitLayer(join(folder, 'init'), layers);
    const facts = (path: string) => {
      const { mode, uid, gid, mtimeNs } = lstatSync(path, { bigint: true });
      return [mode.toString(8), uid, gid, mtimeNs];
    };
    expect(facts(join(folder, 'init/etc'))).toEqual(facts(join(folder, '1/etc')));
  });

  it('replaces a link that leads nowhere by a file', () => {
    const { init } = initLayerFor({ etc: { 'resolv.conf': '-> ../run/systemd/resolve/stub-resolv.conf' } });
    expect(contents(init)).toMatchObject({ '/etc/resolv.conf': '' });
  });

  it('follows no link of the image: an /etc that points out of it is left alone', () => {
    const outside = plant(scratch());
    const { init } = initLayerFor({ etc: `-> ${outside}`, dev: '-> /dev', proc: '-> /', sys: 'a file' });
    expect(contents(init)).toEqual({});
    expect(readdirSync(outside)).toEqual([]);
  });

  it('keeps mount points out of the upper folder and so out of the diff', () => {
    const { folder, init, layers } = initLayerFor({ etc: { passwd: 'p', 'resolv.conf': '-> ../run/resolv.conf' } });
    const overlay = overlayIn(folder, [init, ...layers]);
    whileMounted(overlay, (target) => {
      const root = openRoot(target);
      for (const path of ['/proc', '/sys', '/dev']) close(makeFolderInRoot(root, path));
      for (const path of Object.keys(FILES)) close(makeFileInRoot(root, path));
      close(root);
      expect(contents(target)).toMatchObject({ ...FOLDERS, ...FILES, '/etc/passwd': 'p' });
    });
    expect(readdirSync(overlay.upperdir)).toEqual([]);
    expect(diffOfUpper(overlay.upperdir, [init, ...layers])).toEqual([]);
  });

  it('a new file in /etc is the only change, and /etc is as in the image', () => {
    const { folder, init, layers } = initLayerFor({ etc: { passwd: 'p' } });
    const overlay = overlayIn(folder, [init, ...layers]);
    whileMounted(overlay, (target) => plant(join(target, 'etc'), { new: 'n' }));
    const paths = diffOfUpper(overlay.upperdir, [init, ...layers]).map(({ kind, path }) => `${kind} ${path}`);
    expect(paths).toEqual(['changed /etc', 'added /etc/new']);
    expect(contents(overlay.upperdir)).toEqual({ '/etc': 'folder', '/etc/new': 'n' });
  });
});
