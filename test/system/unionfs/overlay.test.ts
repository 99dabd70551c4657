import {
  appendFileSync,
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lgetxattr, lsetxattr } from '../../../src/linux/xattr.ts';
import { mountByOneString, mountFolderByFolder, mountOverlay } from '../../../src/unionfs/overlay.ts';
import { contents, plant } from '../../unionfs/trees.ts';
import { overlayIn, useScratch, whileMounted } from './scratch.ts';

const scratch = useScratch();

describe('a building site: material and material2 make the build', () => {
  const site = () => {
    const folder = scratch();
    const material = plant(join(folder, 'material'), { wall: 'brick', roof: 'straw', shed: { tool: 'saw' } });
    const material2 = plant(join(folder, 'material2'), { roof: 'tile', door: 'oak', shed: { nail: 'iron' } });
    return { material, material2, build: overlayIn(folder, [material2, material]) };
  };

  it('the build shows both, and the upper layer’s where both have a file', () => {
    whileMounted(site().build, (target) => {
      const shed = { '/shed': 'folder', '/shed/nail': 'iron', '/shed/tool': 'saw' };
      expect(contents(target)).toEqual({ '/door': 'oak', '/roof': 'tile', '/wall': 'brick', ...shed });
    });
  });

  it('a new file goes to the upper folder', () => {
    const { build } = site();
    whileMounted(build, (target) => writeFileSync(join(target, 'garden'), 'green'));
    expect(contents(build.upperdir)).toEqual({ '/garden': 'green' });
  });

  it('a changed file is copied up first, and the layer keeps its own', () => {
    const { material, build } = site();
    const before = lstatSync(join(material, 'wall'), { bigint: true });
    whileMounted(build, (target) => appendFileSync(join(target, 'wall'), ' and mortar'));
    expect(contents(build.upperdir)).toEqual({ '/wall': 'brick and mortar' });
    expect(readFileSync(join(material, 'wall'), 'utf8')).toBe('brick');
    const after = lstatSync(join(material, 'wall'), { bigint: true });
    expect([after.ino, after.mtimeNs, after.ctimeNs]).toEqual([before.ino, before.mtimeNs, before.ctimeNs]);
  });

  it('a deleted file leaves a device 0:0 in the upper folder', () => {
    const { material, build } = site();
    whileMounted(build, (target) => {
      rmSync(join(target, 'wall'));
      expect(readdirSync(target).sort()).toEqual(['door', 'roof', 'shed']);
    });
    const whiteout = lstatSync(join(build.upperdir, 'wall'));
    expect([whiteout.isCharacterDevice(), whiteout.rdev]).toEqual([true, 0]);
    expect(readFileSync(join(material, 'wall'), 'utf8')).toBe('brick');
  });

  it('a folder that is deleted and made anew is opaque', () => {
    const { build } = site();
    whileMounted(build, (target) => {
      rmSync(join(target, 'shed'), { recursive: true });
      mkdirSync(join(target, 'shed'));
      expect(readdirSync(join(target, 'shed'))).toEqual([]);
    });
    expect(lgetxattr(join(build.upperdir, 'shed'), 'trusted.overlay.opaque')?.toString()).toBe('y');
  });

  it('without an upper folder nothing can be written', () => {
    const { build, material, material2 } = site();
    whileMounted({ lowerdirs: [material2, material], target: build.target }, (target) => {
      expect(() => writeFileSync(join(target, 'garden'), '')).toThrow('EROFS');
    });
  });
});

describe.each([
  ['folder by folder', mountFolderByFolder],
  ['by one string, as before Linux 6.8', mountByOneString],
])('%s', (_, mountIt) => {
  const layersIn = (folder: string, count: number) =>
    Array.from({ length: count }, (_, index) => {
      return plant(join(folder, `layer-${index}`), { top: `${index}`, [`only-${index}`]: 'here' });
    });

  it('130 layers are shown, the topmost first', () => {
    const folder = scratch();
    whileMounted(
      overlayIn(folder, layersIn(folder, 130)),
      (target) => {
        expect(readdirSync(target)).toHaveLength(131);
        expect(readFileSync(join(target, 'top'), 'utf8')).toBe('0');
        expect(readFileSync(join(target, 'only-129'), 'utf8')).toBe('here');
      },
      mountIt,
    );
  });

  it.each([
    ['colons', 'a:b::c:'],
    ['commas', 'a,b,,c,upperdir=x'],
    ['backslashes', 'a\\b\\\\c\\'],
    ['spaces and newlines', ' a\nb\tc '],
    ['all of them', '\\:,\\\\::,, \n"\'$(x)=😀'],
  ])('paths with %s work for all folders', (_, name) => {
    const folder = join(scratch(), name);
    const lower = plant(join(folder, `lower${name}`), { file: 'lower' });
    const other = plant(join(folder, `other${name}`), { other: 'other' });
    const overlay = overlayIn(join(folder, `of${name}`), [lower, other]);
    whileMounted(overlay, (target) => appendFileSync(join(target, 'file'), ' and upper'), mountIt);
    expect(contents(overlay.upperdir)).toEqual({ '/file': 'lower and upper' });
  });

  it.each([255, 256, 1000, 4000])('130 layers with paths of %i bytes work', (length) => {
    const root = scratch();
    const folder = plant(deepPath(root, length - '/layer-000'.length));
    const layers = Array.from({ length: 130 }, (_, index) => {
      return plant(join(folder, `layer-${String(index).padStart(3, '0')}`), { [`from-${index}`]: '' });
    });
    expect(Buffer.byteLength(layers[0] as string)).toBe(length);
    const overlay = overlayIn(folder, layers);
    whileMounted(
      overlay,
      (target) => {
        expect(readdirSync(target)).toHaveLength(130);
        writeFileSync(join(target, 'new'), 'x');
      },
      mountIt,
    );
    expect(contents(overlay.upperdir)).toEqual({ '/new': 'x' });
  });

  it('a renamed folder of a layer takes no note of where it was: the rename is refused', () => {
    const folder = scratch();
    const lower = plant(join(folder, 'lower'), { old: { file: '' } });
    whileMounted(
      overlayIn(folder, [lower]),
      (target) => expect(() => renameSync(join(target, 'old'), join(target, 'new'))).toThrow('EXDEV'),
      mountIt,
    );
  });

  it('a note in a layer of where a folder was is not followed', () => {
    const folder = scratch();
    const lower = plant(join(folder, 'lower'), { secret: { file: 'x' } });
    const evil = plant(join(folder, 'evil'), { bait: {} });
    lsetxattr(join(evil, 'bait'), 'trusted.overlay.redirect', '/secret');
    whileMounted(
      overlayIn(folder, [evil, lower]),
      // The kernel refuses to guess; what matters is that the other folder's content is not there.
      (target) => expect(listOrNothing(join(target, 'bait'))).toEqual([]),
      mountIt,
    );
  });

  it('a file whose mode was changed is copied up with its content', () => {
    const folder = scratch();
    const lower = plant(join(folder, 'lower'), { file: 'content' });
    const overlay = overlayIn(folder, [lower]);
    whileMounted(overlay, (target) => chmodSync(join(target, 'file'), 0o600), mountIt);
    expect(contents(overlay.upperdir)).toEqual({ '/file': 'content' });
  });

  it('an upper folder can be mounted again over other layers', () => {
    const folder = scratch();
    const [first, second] = [plant(join(folder, '1'), { a: '1' }), plant(join(folder, '2'), { b: '2' })];
    const overlay = overlayIn(folder, [first]);
    whileMounted(overlay, (target) => writeFileSync(join(target, 'new'), 'x'), mountIt);
    const again = { ...overlay, lowerdirs: [second] };
    whileMounted(again, (target) => expect(contents(target)).toEqual({ '/b': '2', '/new': 'x' }), mountIt);
  });
});

function listOrNothing(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/** A path of exactly so many bytes, of names that a file system takes. */
function deepPath(root: string, length: number): string {
  let path = root;
  while (length - path.length > 201) path += `/${'d'.repeat(199)}`;
  return `${path}/${'e'.repeat(length - path.length - 1)}`;
}

describe('limits and mistakes', () => {
  it('500 layers work, and 501 are refused', () => {
    const folder = scratch();
    const layer = plant(join(folder, 'layer'), { file: '' });
    const others = Array.from({ length: 499 }, (_, index) => plant(join(folder, `${index}`)));
    whileMounted(overlayIn(folder, [...others, layer]), (target) => expect(readdirSync(target)).toEqual(['file']));
    const more = overlayIn(folder, [...others, layer, plant(join(folder, 'more'))]);
    expect(() => mountOverlay(more)).toThrow('501 layers are too many');
  });

  it('a string that the kernel would cut off is refused, before the upper folder is lost', () => {
    const folder = scratch();
    const layers = Array.from({ length: 300 }, (_, index) => plant(join(folder, `${index}`)));
    expect(() => mountByOneString(overlayIn(folder, layers))).toThrow('300 layers are too many');
  });

  it('an upper folder on an overlay is refused, with the cure', () => {
    const folder = scratch();
    const lower = plant(join(folder, 'lower'));
    whileMounted(overlayIn(folder, [lower]), (target) => {
      const inner = overlayIn(target, [lower]);
      expect(() => mountOverlay(inner)).toThrow(/upper folder may itself lie on an overlay.*Put SLIPWAY_ROOT on/);
    });
  });

  it('a missing layer is ENOENT', () => {
    const folder = scratch();
    expect(() => mountOverlay(overlayIn(folder, [join(folder, 'nowhere')]))).toThrow('ENOENT');
  });

  it('no descriptor is left open, whether it works or not', () => {
    const folder = scratch();
    const long = plant(deepPath(folder, 300));
    const count = () => readdirSync('/proc/self/fd').length;
    const before = count();
    for (const mountIt of [mountFolderByFolder, mountByOneString]) {
      whileMounted(overlayIn(folder, [long]), () => {}, mountIt);
      expect(() => mountIt(overlayIn(folder, [long, join(folder, 'nowhere')]))).toThrow('ENOENT');
    }
    expect(count()).toBe(before);
  });
});
