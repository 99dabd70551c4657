// A file tree that is only planned so far: path → what shall be there. Nothing is written here.
//
//     const tree = new Tree();
//     tree.folder('/tmp', 0o1777);
//     tree.text('/etc/passwd', 'root:x:0:0:…');
//     tree.copy('/bin/sh');
//
// `copy` keeps the machine's shape. Where /bin is a link to usr/bin, and sh one to dash, it plans
//
//     /bin → usr/bin   /usr/   /usr/bin/   /usr/bin/sh → dash   /usr/bin/dash

import { lstatSync, readlinkSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';

export type Entry =
  | { kind: 'folder'; mode: number }
  | { kind: 'link'; target: string }
  | { kind: 'text'; text: string; mode: number }
  /** A file of the machine, to be copied. */
  | { kind: 'file'; from: string; size: number; mtimeMs: number; mode: number };

type Facts = Pick<Stats, 'size' | 'mtimeMs' | 'mode' | 'dev' | 'ino'>;

/** The kernel, too, gives up then (man 7 path_resolution). */
const MOST_LINKS = 40;

export class Tree {
  /** Each folder comes before what is in it. */
  readonly entries = new Map<string, Entry>();
  /** The machine's folders that the copied files and links are in. */
  readonly origins = new Set<string>();
  /** Device and inode of a copied file → its path here. */
  readonly #inodes = new Map<string, string>();

  folder(path: string, mode = 0o755): void {
    const there = path === '/' ? 'folder' : this.entries.get(path)?.kind;
    if (there === 'folder') return;
    // Nothing may be planned below a link: when it is made, an absolute link would lead out to the machine's own files.
    if (there !== undefined) throw new Error(`${path} cannot be a folder of the image: it is a ${there} already`);
    this.folder(dirname(path));
    this.entries.set(path, { kind: 'folder', mode });
  }

  link(path: string, target: string): void {
    this.#put(path, { kind: 'link', target });
  }

  text(path: string, text: string, mode = 0o644): void {
    this.#put(path, { kind: 'text', text, mode });
  }

  /**
   * Plans a copy of the machine's file `from`. Neither a setuid bit nor others' right to write comes along. A program
   * that has several names (hard links) is copied once, and the other names become links to it.
   */
  file(path: string, from: string, { size, mtimeMs, mode, dev, ino }: Facts): void {
    const twin = this.#inodes.get(`${dev}:${ino}`);
    if (twin !== undefined) this.link(path, twin);
    else this.#put(path, { kind: 'file', from, size, mtimeMs, mode: (mode & 0o555) | 0o600 });
    this.#inodes.set(`${dev}:${ino}`, twin ?? path);
  }

  /** Plans what is at `path` of the machine, and each folder and link on the way there, as the machine has them. */
  copy(path: string): void {
    const names = path.split('/');
    let here = '/'; // never through a link, so that ".." is simply the folder above
    let links = 0;
    for (let name = names.shift(); name !== undefined; name = names.shift()) {
      const next = join(here, name);
      const stat = lstatSync(next);
      if (!stat.isDirectory()) this.origins.add(here);
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

  /** What was planned first stays. */
  #put(path: string, entry: Entry): void {
    if (this.entries.has(path)) return;
    this.folder(dirname(path));
    this.entries.set(path, entry);
  }
}
