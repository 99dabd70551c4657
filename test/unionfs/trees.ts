// Small trees of files for tests: planted from an object, and read back as one line a file.

import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AT_FDCWD, AT_SYMLINK_NOFOLLOW, S_IFCHR } from '../../src/linux/constants.ts';
import { mknodat, utimensat } from '../../src/linux/files.ts';
import { lgetxattr } from '../../src/linux/xattr.ts';

/** A text is a file, `-> target` a link, null a whiteout device, an object a folder. */
export interface Tree {
  [name: string]: string | null | Tree;
}

/** Makes the folder if it is missing, and in it what the tree says. @returns the folder. */
export function plant(folder: string, tree: Tree = {}): string {
  mkdirSync(folder, { recursive: true });
  for (const [name, what] of Object.entries(tree)) plantOne(join(folder, name), what);
  return folder;
}

function plantOne(path: string, what: string | null | Tree): void {
  if (what === null) makeDevice(path);
  else if (typeof what === 'object') plant(path, what);
  else if (what.startsWith('-> ')) symlinkSync(what.slice(3), path);
  else writeFileSync(path, what);
}

function makeDevice(path: string): void {
  mknodat(AT_FDCWD, path, S_IFCHR, 0, 0);
}

/** What one name is, in a line: kind, permission, owner, time, and the content or where it points. */
export function describe(path: string): string {
  const stat = lstatSync(path, { bigint: true });
  const head = `${(stat.mode & 0o7777n).toString(8)} ${stat.uid}:${stat.gid}`;
  if (stat.isDirectory()) return `folder ${head} ${stat.mtimeNs}${opaqueText(path)}`;
  if (stat.isSymbolicLink()) return `link ${readlinkSync(path)}`;
  if (stat.isCharacterDevice()) return `device ${stat.rdev}`;
  return `file ${head} ${stat.mtimeNs} ${readFileSync(path, 'utf8')}`;
}

function opaqueText(path: string): string {
  const marks = ['trusted', 'user'].filter((kind) => lgetxattr(path, `${kind}.overlay.opaque`)?.toString() === 'y');
  return marks.map((kind) => ` opaque(${kind})`).join('');
}

/** Every path below `folder`, with a line on each. */
export function readTree(folder: string, tell = describe): Map<string, string> {
  const lines = new Map<string, string>();
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    lines.set(`/${name}`, tell(path));
    if (!lstatSync(path).isDirectory()) continue;
    for (const [below, line] of readTree(path, tell)) lines.set(`/${name}${below}`, line);
  }
  return lines;
}

/** All paths with the text of each file; what tests of a few files compare. */
export function contents(folder: string): Record<string, string> {
  return Object.fromEntries(readTree(folder, textOf));
}

function textOf(path: string): string {
  const stat = lstatSync(path);
  if (stat.isDirectory()) return 'folder';
  if (stat.isSymbolicLink()) return `-> ${readlinkSync(path)}`;
  if (stat.isCharacterDevice()) return stat.rdev === 0 ? 'whiteout' : 'device';
  return readFileSync(path, 'utf8');
}

/** Gives everything below a time long past, so that a change is never hidden by the clock's grain. */
export function makeOld(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (lstatSync(path).isDirectory()) makeOld(path);
    else utimensat(AT_FDCWD, path, OLD_NS, AT_SYMLINK_NOFOLLOW);
  }
  utimensat(AT_FDCWD, folder, OLD_NS);
}

const OLD_NS = 981_173_106_123_456_789n;

/** Numbers that look random and are the same for the same seed (mulberry32). @returns integers below a limit. */
export function seeded(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}
