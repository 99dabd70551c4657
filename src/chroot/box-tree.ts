// A file tree that is only planned so far: path → what shall be there. Nothing is written here.
//
//     const tree = new Tree();
//     tree.folder('/tmp', 0o1777);
//     tree.text('/etc/passwd', 'root:x:0:0:…');
//     tree.copy('/bin/sh');
//
// `copy` keeps the machine's shape. Where /bin is a link to usr/bin and sh a link to dash, it plans
//
//     /bin → usr/bin (link)   /usr, /usr/bin (folders)   /usr/bin/sh → dash (link)   /usr/bin/dash (file)

import { lstatSync, readlinkSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';

export type Entry =
  | { kind: 'folder'; mode: number }
  | { kind: 'link'; target: string }
  | { kind: 'text'; text: string; mode: number }
  /** A file of the machine, to be copied. */
  | { kind: 'file'; from: string; size: number; mtimeMs: number; mode: number };

/** The kernel gives up at as many links, too (man 7 path_resolution). */
const MOST_LINKS = 40;

export class Tree {
  /** Each folder comes before what is in it. */
  readonly entries = new Map<string, Entry>();
  /** Device and inode of a file → its path here: programs under several names are copied once. */
  readonly #inodes = new Map<string, string>();

  folder(path: string, mode = 0o755): void {
    if (path === '/' || this.entries.has(path)) return;
    this.folder(dirname(path));
    this.entries.set(path, { kind: 'folder', mode });
  }

  link(path: string, target: string): void {
    this.#put(path, { kind: 'link', target });
  }

  text(path: string, text: string, mode = 0o644): void {
    this.#put(path, { kind: 'text', text, mode });
  }

  /** Plans a copy of the machine's file `from`. Neither setuid bits nor others' right to write come along. */
  file(path: string, from: string, { size, mtimeMs, mode, dev, ino }: Stats): void {
    if (this.entries.has(path)) return;
    const inode = `${dev}:${ino}`;
    const twin = this.#inodes.get(inode);
    if (twin === undefined) this.#inodes.set(inode, path);
    if (twin !== undefined) this.link(path, twin);
    else this.#put(path, { kind: 'file', from, size, mtimeMs, mode: (mode & 0o555) | 0o600 });
  }

  /** Plans the file at `path` of the machine, and every folder and link on the way to it, as the machine has them. */
  copy(path: string): void {
    const names = path.split('/');
    let here = '/';
    let links = 0;
    for (let name = names.shift(); name !== undefined; name = names.shift()) {
      if (name === '' || name === '.') continue;
      const next = name === '..' ? dirname(here) : `${here === '/' ? '' : here}/${name}`;
      const stat = lstatSync(next);
      if (stat.isSymbolicLink()) {
        if (++links > MOST_LINKS) throw new Error(`${path}: too many links`);
        const target = readlinkSync(next);
        this.link(next, target);
        names.unshift(...target.split('/'));
        if (target.startsWith('/')) here = '/';
      } else if (stat.isDirectory()) {
        this.folder(next);
        here = next;
      } else {
        this.file(next, next, stat);
      }
    }
  }

  #put(path: string, entry: Entry): void {
    if (this.entries.has(path)) return;
    this.folder(dirname(path));
    this.entries.set(path, entry);
  }
}
