// Finds programs of the machine and adds them to a tree, each with what it needs to run there.
//
//     const programs = new Programs(tree, ['/bin', '/usr/bin'], []);
//     programs.add('ls');   // /bin/ls, the loader, libc and the other libraries; links on the way to them

import { accessSync, closeSync, constants, openSync, readSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Tree } from './box-tree.ts';
import { LIBRARY_CACHE } from './elf-cache.ts';
import { LibraryFinder, STANDARD_FOLDERS } from './elf-libraries.ts';

/** glibc opens them to look up a user or a host; no header names them. Since 2.34 libc can do it without. */
const NAME_SERVICES = ['libnss_files.so.2', 'libnss_dns.so.2', 'libresolv.so.2'];

export class Programs {
  readonly tree: Tree;
  /** Where programs are looked for. */
  readonly folders: readonly string[];
  /** Those that were added. */
  readonly names: string[] = [];
  /** Those that could not be, and why. */
  readonly leftOut = new Map<string, string>();
  readonly #without: readonly string[];
  readonly #finder = new LibraryFinder();

  constructor(tree: Tree, folders: readonly string[], without: readonly string[]) {
    this.tree = tree;
    this.folders = folders;
    this.#without = without;
  }

  /** Where a program is, or undefined. */
  find(name: string): string | undefined {
    if (this.#without.includes(name)) return undefined;
    return this.folders.map((folder) => `${folder}/${name}`).find(isFile);
  }

  /** Adds a program. One that is missing is left out silently. */
  add(name: string): void {
    const path = this.find(name);
    if (path !== undefined && this.#tryTo(name, path, () => this.tree.copy(path))) this.names.push(name);
  }

  /** Adds the machine's program `from` as `path`. @returns false when it had to be left out. */
  addAs(path: string, from: string): boolean {
    return this.#tryTo(basename(path), from, () => this.tree.file(path, from, statSync(from)));
  }

  /** Adds those of the files that are there. */
  addFiles(...paths: string[]): void {
    for (const path of paths) if (isFile(path)) this.tree.copy(path);
  }

  /** A program that we may not read, or that lacks a library, is left out. */
  #tryTo(name: string, path: string, addIt: () => void): boolean {
    try {
      this.#addNeeds(path);
      addIt();
      return true;
    } catch (error) {
      this.leftOut.set(name, (error as Error).message);
      return false;
    }
  }

  #addNeeds(path: string): void {
    accessSync(path, constants.R_OK);
    const interpreter = scriptInterpreter(path);
    if (interpreter === undefined) this.#addLibraries(path);
    else if (!/\/(sh|bash|dash)$/.test(interpreter)) throw new Error(`${path}: a script for ${interpreter}`);
  }

  #addLibraries(path: string): void {
    for (const library of this.#finder.find(path)) {
      this.tree.copy(library);
      const folder = dirname(library);
      if (library.endsWith('/libc.so.6')) this.addFiles(...NAME_SERVICES.map((name) => `${folder}/${name}`));
      // In an unusual folder, the loader finds it by this index alone.
      if (!STANDARD_FOLDERS.includes(folder)) this.addFiles(LIBRARY_CACHE);
    }
  }
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false; // ENOENT; but also EACCES in a folder that we may not enter, and ELOOP
  }
}

/** The program that a script's first line names, `#!/bin/sh -e` → `/bin/sh`; undefined for what is no script. */
function scriptInterpreter(path: string): string | undefined {
  const start = Buffer.alloc(256);
  const fd = openSync(path, 'r');
  try {
    readSync(fd, start, 0, start.length, 0);
  } finally {
    closeSync(fd);
  }
  return /^#! *([^ \0\n]+)/.exec(start.toString('latin1'))?.[1];
}
