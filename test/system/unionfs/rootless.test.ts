import { appendFileSync, lstatSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { llistxattr } from '../../../src/linux/xattr.ts';
import { ociToOverlay, overlayToOci } from '../../../src/unionfs/convert.ts';
import { diffOfUpper } from '../../../src/unionfs/diff.ts';
import { makeInitLayer } from '../../../src/unionfs/init-layer.ts';
import { mountByOneString, mountFolderByFolder } from '../../../src/unionfs/overlay.ts';
import { contents, makeOld, plant } from '../../unionfs/trees.ts';
import { asUser } from './as-user.ts';
import { overlayIn, useScratch, whileMounted } from './scratch.ts';

const scratch = useScratch();

describe.each([
  ['folder by folder', mountFolderByFolder],
  ['by one string', mountByOneString],
])('an ordinary user in a user namespace, %s', (_, mountIt) => {
  it('130 layers with long and strange paths can be mounted and written to', () => {
    const seen = asUser(scratch(), (root) => {
      const folder = plant(join(root, '\\:, \n', 'd'.repeat(250), 'e'.repeat(250)));
      const layers = Array.from({ length: 130 }, (_, index) => plant(join(folder, `${index}`), { [`f${index}`]: '' }));
      const overlay = { ...overlayIn(folder, layers), userxattr: true };
      whileMounted(overlay, (target) => appendFileSync(join(target, 'f129'), 'more'), mountIt);
      return contents(overlay.upperdir);
    });
    expect(seen).toEqual({ '/f129': 'more' });
  });

  it('deletes leave devices 0:0 and user.overlay.opaque, and the diff reads them', () => {
    const seen = asUser(scratch(), (folder) => {
      const lower = plant(join(folder, 'lower'), { gone: 'g', dir: { old: 'o', same: 's' }, kept: 'k' });
      makeOld(lower);
      const overlay = { ...overlayIn(folder, [lower]), userxattr: true };
      whileMounted(
        overlay,
        (target) => {
          rmSync(join(target, 'gone'));
          rmSync(join(target, 'dir'), { recursive: true });
          plant(join(target, 'dir'), { same: 's', new: 'n' });
        },
        mountIt,
      );
      return {
        device: lstatSync(join(overlay.upperdir, 'gone')).rdev,
        attributes: llistxattr(join(overlay.upperdir, 'dir')).filter((name) => name.includes('opaque')),
        diff: diffOfUpper(overlay.upperdir, [lower], 'user').map(({ path, kind }) => `${kind} ${path}`),
      };
    });
    expect(seen).toEqual({
      device: 0,
      attributes: ['user.overlay.opaque'],
      diff: ['changed /dir', 'added /dir/new', 'deleted /dir/old', 'changed /dir/same', 'deleted /gone'],
    });
  });

  it('a layer with OCI names is converted, mounted, and converted back', () => {
    const tree = { '.wh.gone': '', dir: { '.wh..wh..opq': '', new: 'n' } };
    const seen = asUser(scratch(), (folder) => {
      const lower = plant(join(folder, 'lower'), { gone: 'g', dir: { old: 'o' }, kept: 'k' });
      const layer = plant(join(folder, 'layer'), tree);
      ociToOverlay(layer);
      const overlay = { ...overlayIn(folder, [layer, lower]), userxattr: true };
      const merged = whileMounted(overlay, contents, mountIt);
      overlayToOci(layer, 'user');
      return { merged, layer: contents(layer) };
    });
    expect(seen.merged).toEqual({ '/dir': 'folder', '/dir/new': 'n', '/kept': 'k' });
    expect(seen.layer).toEqual({ '/.wh.gone': '', '/dir': 'folder', '/dir/.wh..wh..opq': '', '/dir/new': 'n' });
  });

  it('the init layer is made and mounted', () => {
    const seen = asUser(scratch(), (folder) => {
      const image = plant(join(folder, 'image'), { etc: { passwd: 'p' } });
      makeInitLayer(join(folder, 'init'), [image], 'user');
      const overlay = { ...overlayIn(folder, [join(folder, 'init'), image]), userxattr: true };
      return whileMounted(overlay, contents, mountIt);
    });
    expect(seen).toMatchObject({ '/proc': 'folder', '/etc/hosts': '', '/etc/passwd': 'p' });
  });
});

describe('opaque folders in a user namespace', () => {
  it('a layer that is opaque at its top hides all below', () => {
    const seen = asUser(scratch(), (folder) => {
      const layers = [
        plant(join(folder, 'layer'), { '.wh..wh..opq': '', new: 'n' }),
        plant(join(folder, 'lower'), { old: '' }),
      ];
      ociToOverlay(layers[0] as string);
      return whileMounted({ ...overlayIn(folder, layers), userxattr: true }, contents); // mountOverlay leaves it out
    });
    expect(seen).toEqual({ '/new': 'n' });
  });

  it('one of a layer that root unpacked hides there too', () => {
    const folder = scratch();
    const lower = plant(join(folder, 'lower'), { dir: { old: 'o' } });
    const layer = plant(join(folder, 'layer'), { dir: { '.wh..wh..opq': '', new: 'n' } });
    ociToOverlay(layer);
    const seen = asUser(scratch(), (own) => {
      return whileMounted({ ...overlayIn(own, [layer, lower]), userxattr: true }, contents);
    });
    expect(seen).toEqual({ '/dir': 'folder', '/dir/new': 'n' });
  });
});
