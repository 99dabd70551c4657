import { chmodSync, chownSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lsetxattr } from '../../../src/linux/xattr.ts';
import { diffOfUpper } from '../../../src/unionfs/diff.ts';
import { describe as describePath, makeOld, plant, readTree, seeded, type Tree } from '../../unionfs/trees.ts';
import { overlayIn, useScratch, whileMounted } from './scratch.ts';

const scratch = useScratch();

const LETTER = { added: 'A', changed: 'C', deleted: 'D' };

/** The diff as `docker diff` prints it, after `change` has worked in a container of these layers, the topmost first. */
function diffAfter(trees: Tree[], change: (target: string) => void): string[] {
  const folder = scratch();
  const layers = trees.map((tree, index) => plant(join(folder, `layer-${index}`), tree));
  layers.forEach(makeOld);
  const overlay = overlayIn(folder, layers);
  whileMounted(overlay, change);
  return diffOfUpper(overlay.upperdir, layers).map(({ path, kind }) => `${LETTER[kind]} ${path}`);
}

describe('the diff of an upper folder', () => {
  const layer = { etc: { passwd: 'root', group: 'root' }, srv: { www: { page: 'x', other: 'y' } }, file: 'f' };

  it('is empty where nothing was changed', () => {
    expect(diffAfter([layer], (target) => readTree(target))).toEqual([]);
  });

  it('a new file and a new folder are added, and their parents changed', () => {
    const change = (target: string) => plant(join(target, 'srv/www'), { new: 'n', sub: { deep: {} } });
    const parents = ['C /srv', 'C /srv/www'];
    expect(diffAfter([layer], change)).toEqual([...parents, 'A /srv/www/new', 'A /srv/www/sub', 'A /srv/www/sub/deep']);
  });

  it('a file that is written to is changed', () => {
    expect(diffAfter([layer], (target) => writeFileSync(join(target, 'file'), 'g'))).toEqual(['C /file']);
  });

  it('a change of mode or owner alone is a change, of a file and of a folder', () => {
    const change = (target: string) => {
      chmodSync(join(target, 'file'), 0o600);
      chownSync(join(target, 'srv/www'), 7, 7);
    };
    expect(diffAfter([layer], change)).toEqual(['C /file', 'C /srv', 'C /srv/www']);
  });

  it.each([
    ['owner', 7, 0],
    ['group', 0, 7],
  ])('a change of the %s alone is a change of a folder', (_, uid, gid) => {
    expect(diffAfter([{ dir: {} }], (target) => chownSync(join(target, 'dir'), uid, gid))).toEqual(['C /dir']);
  });

  it('a whiteout of what no layer has is no change', () => {
    const folder = scratch();
    const [upper, lower] = [plant(join(folder, 'upper'), { gone: null }), plant(join(folder, 'lower'))];
    expect(diffOfUpper(upper, [lower])).toEqual([]);
  });

  it('a folder that was copied up for nothing is no change', () => {
    const folder = scratch();
    const lower = plant(join(folder, 'lower'), layer);
    const overlay = overlayIn(folder, [lower]);
    whileMounted(overlay, (target) => chmodSync(join(target, 'srv/www'), 0o755));
    expect([...readTree(overlay.upperdir).keys()]).toEqual(['/srv', '/srv/www']);
    expect(diffOfUpper(overlay.upperdir, [lower])).toEqual([]);
  });

  it('a deleted folder is one line, whatever was in it', () => {
    const change = (target: string) => rmSync(join(target, 'srv'), { recursive: true });
    expect(diffAfter([layer], change)).toEqual(['D /srv']);
  });

  it('a file that came and went is none', () => {
    const change = (target: string) => {
      writeFileSync(join(target, 'x'), '');
      rmSync(join(target, 'x'));
    };
    expect(diffAfter([layer], change)).toEqual([]);
  });

  it('in a folder that was deleted and made anew, all is deleted that is not there again', () => {
    const change = (target: string) => {
      rmSync(join(target, 'srv'), { recursive: true });
      plant(target, { srv: { www: { page: 'new', more: 'm' } } });
    };
    const changed = ['C /srv', 'C /srv/www', 'A /srv/www/more', 'D /srv/www/other', 'C /srv/www/page'];
    expect(diffAfter([layer], change)).toEqual(changed);
  });

  it('a file in place of a folder, and a folder in place of a file', () => {
    const change = (target: string) => {
      rmSync(join(target, 'srv'), { recursive: true });
      rmSync(join(target, 'file'));
      plant(target, { srv: 'now a file', file: { inside: 'x' } });
    };
    expect(diffAfter([layer], change)).toEqual(['C /file', 'A /file/inside', 'C /srv']);
  });

  it('a link is not followed, neither above nor below', () => {
    const change = (target: string) => {
      rmSync(join(target, 'srv'), { recursive: true });
      symlinkSync('/etc', join(target, 'srv'));
    };
    expect(diffAfter([layer], change)).toEqual(['C /srv']);
    const below = (target: string) => {
      rmSync(join(target, 'link'));
      plant(join(target, 'link'), { passwd: 'x' });
    };
    expect(diffAfter([{ ...layer, link: '-> etc' }], below)).toEqual(['C /link', 'A /link/passwd']);
  });

  it('what a middle layer had deleted is added when it comes again', () => {
    const middle = { etc: { group: null }, file: null };
    const change = (target: string) => plant(target, { file: 'again', etc: { group: 'again', passwd: 'changed' } });
    expect(diffAfter([middle, layer], change)).toEqual(['C /etc', 'A /etc/group', 'C /etc/passwd', 'A /file']);
  });

  it('names are sorted by their bytes, a folder before what is in it', () => {
    const change = (target: string) =>
      plant(target, { b: { z: '' }, 'b-c': '', a: '', Z: '', ä: '', '😀': '', '～': '' });
    expect(diffAfter([{}], change)).toEqual(['A /Z', 'A /a', 'A /b', 'A /b/z', 'A /b-c', 'A /ä', 'A /～', 'A /😀']);
  });

  it('an attribute alone is a change', () => {
    const change = (target: string) => lsetxattr(join(target, 'file'), 'user.note', 'n');
    expect(diffAfter([layer], change)).toEqual(['C /file']);
  });
});

describe('random changes, against a comparison of the whole trees', () => {
  it.each(Array.from({ length: 60 }, (_, index) => index + 1))('seed %i', (seed) => {
    const random = seeded(seed);
    const folder = scratch();
    const layers: string[] = [];
    for (let count = 0; count < 4; count++) {
      const layer = changedLayer(join(folder, `layer-${count}`), layers, random, 30);
      makeOld(layer);
      layers.unshift(layer);
    }
    const overlay = overlayIn(join(folder, 'container'), layers);
    const before = whileMounted(overlay, (target) => readTree(target, describePath));
    whileMounted(overlay, (target) => changeAtRandom(target, random, 40));
    const after = whileMounted(overlay, (target) => readTree(target, describePath));
    const diff = diffOfUpper(overlay.upperdir, layers).map(({ path, kind }) => `${LETTER[kind]} ${path}`);
    expect(diff.toSorted()).toEqual(bruteForce(before, after).toSorted());
    expect(diff.length).toBeGreaterThan(0);
  });
});

/** A layer as a container would leave it behind: with real whiteouts and opaque folders. */
function changedLayer(folder: string, below: string[], random: (limit: number) => number, steps: number): string {
  const overlay = overlayIn(folder, below.length === 0 ? [plant(join(folder, 'empty'))] : below);
  whileMounted(overlay, (target) => changeAtRandom(target, random, steps));
  return overlay.upperdir;
}

let stamp = 0;

/** Does so many things to a tree, as programs do. Few names, so that they meet again. */
function changeAtRandom(root: string, random: (limit: number) => number, steps: number): void {
  for (let step = 0; step < steps; step++) {
    const folder = someFolder(root, random);
    const path = join(folder, 'abcdef'.charAt(random(6)));
    tryTo(() => changeOne(path, folder, random(9), random));
  }
}

function changeOne(path: string, folder: string, action: number, random: (limit: number) => number): void {
  stamp++;
  if (action <= 1) writeFileSync(path, `content ${stamp}`);
  else if (action <= 3) mkdirSync(path);
  else if (action === 4) rmSync(path, { recursive: true });
  else if (action === 5) chmodSync(path, 0o600 + (stamp % 64));
  else if (action === 6) symlinkSync(`target ${stamp}`, path);
  else if (action === 7) renameSync(path, join(folder, 'abcdef'.charAt(random(6))));
  else plant(path, { a: `${stamp}`, b: { c: `${stamp}` } });
}

function someFolder(root: string, random: (limit: number) => number): string {
  let folder = root;
  for (let depth = random(4); depth > 0; depth--) {
    const inner = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const next = inner.sort((a, b) => (a.name < b.name ? -1 : 1))[random(Math.max(1, inner.length))];
    if (next) folder = join(folder, next.name);
  }
  return folder;
}

function tryTo(run: () => void): void {
  try {
    run();
  } catch (error) {
    // A folder of a layer cannot be renamed, a link leads nowhere: as programs, go on.
    if (!(error instanceof Error && 'code' in error)) throw error;
  }
}

/** The same answer by looking at everything. */
function bruteForce(before: Map<string, string>, after: Map<string, string>): string[] {
  const lines = new Map<string, string>();
  for (const path of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [before.get(path), after.get(path)];
    if (was === is || (is === undefined && !isFolder(after, dirname(path)))) continue;
    lines.set(path, was === undefined ? 'A' : is === undefined ? 'D' : 'C');
    for (let parent = dirname(path); parent !== '/'; parent = dirname(parent)) {
      if (!lines.has(parent)) lines.set(parent, before.has(parent) ? 'C' : 'A');
    }
  }
  return [...lines].map(([path, letter]) => `${letter} ${path}`);
}

function isFolder(tree: Map<string, string>, path: string): boolean {
  return path === '/' || tree.get(path)?.startsWith('folder') === true;
}
