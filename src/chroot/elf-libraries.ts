// Finds the shared libraries that a program needs, and those that they need, where the loader would find them.
//
//     new LibraryFinder().find('/bin/ls')
//     // ['/lib64/ld-linux-x86-64.so.2', '/lib/x86_64-linux-gnu/libselinux.so.1', '/lib/x86_64-linux-gnu/libc.so.6', …]
//
// The loader's order for a name without a slash (man 8 ld.so):
//
//     1. DT_RPATH of whoever needs it, and of those who needed that one, up to the program. Skipped if it has a RUNPATH.
//     2. DT_RUNPATH of whoever needs it, and of nobody else.
//     3. /etc/ld.so.cache
//     4. the standard folders
//
// LD_LIBRARY_PATH comes between 1 and 2; it is left out, because it belongs to our environment and not to the image's.
// Of the variables in a folder's name only $ORIGIN is known; $LIB and $PLATFORM lead nowhere.

import { accessSync, constants, existsSync, realpathSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { type ElfFile, readElf } from './elf.ts';
import { readLibraryCache } from './elf-cache.ts';

/** The loaders' built-in folders; Debian's have one more, named for the architecture, which the cache does not need. */
export const STANDARD_FOLDERS: readonly string[] = [
  ...['x86_64-linux-gnu', 'aarch64-linux-gnu'].flatMap((tuple) => [`/lib/${tuple}`, `/usr/lib/${tuple}`]),
  ...['/lib64', '/usr/lib64', '/lib', '/usr/lib'],
];

/** e_machine (man 5 elf), and of those which this processor runs. */
const MACHINES: Readonly<Record<number, string>> = { 3: 'x86', 40: 'arm', 62: 'x86-64', 183: 'arm64' };
const RUNS: Readonly<Record<string, readonly number[]>> = { x64: [62, 3], arm64: [183, 40] };

/** An object with the one that needed it, which the program itself has not. */
interface Loaded {
  elf: ElfFile;
  /** $ORIGIN: the folder the object is in. */
  origin: string;
  neededBy?: Loaded;
}

/** Remembers what it has read: a hundred programs share the same few libraries. */
export class LibraryFinder {
  readonly #cache: Map<string, string[]>;
  readonly #elfs = new Map<string, ElfFile | undefined>();

  constructor(cache = readLibraryCache()) {
    this.#cache = cache;
  }

  /**
   * The paths of the loader and of all libraries of a program, each once. Empty for a static program.
   * @throws Error that names the file: it is no ELF file, for another machine, or a library cannot be found.
   */
  find(path: string): string[] {
    const program: Loaded = { elf: readElf(path), origin: dirname(realpathSync(path)) };
    const { machine, interpreter } = program.elf;
    if (!RUNS[process.arch]?.includes(machine)) throw new Error(`${path}: ${isFor(machine)}, not ${process.arch}`);
    const found = new Map<string, string>(); // a name is looked up once: what is loaded serves all who need it
    if (interpreter !== undefined) found.set(basename(interpreter), this.#loader(program.elf, interpreter));
    const queue = [program];
    for (let object = queue.shift(); object; object = queue.shift()) {
      for (const name of object.elf.needed) {
        if (found.has(name)) continue;
        const elf = this.#findOne(name, object, program.elf);
        found.set(name, elf.path);
        queue.push({ elf, origin: dirname(elf.path), neededBy: object });
      }
    }
    return [...new Set(found.values())];
  }

  #loader(program: ElfFile, interpreter: string): string {
    if (this.#fitting(interpreter, program)) return interpreter;
    throw new Error(`${program.path}: its loader ${interpreter} was not found`);
  }

  #findOne(name: string, object: Loaded, program: ElfFile): ElfFile {
    const candidates = this.#candidates(name, object);
    for (const path of candidates) {
      const elf = this.#fitting(path, program);
      if (elf) return elf;
    }
    const unfit = candidates.find((path) => existsSync(path));
    const hint = unfit === undefined ? '' : ` (${unfit} cannot be read, or is for another machine)`;
    throw new Error(`${object.elf.path}: library ${name} was not found${hint}`);
  }

  #candidates(name: string, object: Loaded): string[] {
    if (name.includes('/')) return [expand(name, object)];
    const inFolders = (folders: readonly string[]) => folders.map((folder) => `${folder}/${name}`);
    return [
      ...inFolders(rpathsOf(object)),
      ...inFolders(foldersOf(object.elf.runpath, object)),
      ...(this.#cache.get(name) ?? []),
      ...inFolders(STANDARD_FOLDERS),
    ];
  }

  /** The file, if it is one for the same machine. The loader, too, passes over all others. */
  #fitting(path: string, program: ElfFile): ElfFile | undefined {
    if (!this.#elfs.has(path)) this.#elfs.set(path, readOrNothing(path));
    const elf = this.#elfs.get(path);
    return elf?.machine === program.machine && elf.bits === program.bits ? elf : undefined;
  }
}

function rpathsOf(object: Loaded): string[] {
  if (object.elf.runpath.length > 0) return [];
  const chain: string[] = [];
  for (let one: Loaded | undefined = object; one; one = one.neededBy) {
    if (one.elf.runpath.length === 0) chain.push(...foldersOf(one.elf.rpath, one));
  }
  return chain;
}

/** An empty or relative entry means the folder one happens to be in: nothing that an image could be made of. */
function foldersOf(entries: readonly string[], object: Loaded): string[] {
  return entries.map((entry) => expand(entry, object)).filter((folder) => folder.startsWith('/'));
}

function expand(text: string, { origin }: Loaded): string {
  return text.replaceAll(/\$(ORIGIN\b|\{ORIGIN\})/g, () => origin);
}

function isFor(machine: number): string {
  return `for another machine (${MACHINES[machine] ?? `e_machine ${machine}`})`;
}

function readOrNothing(path: string): ElfFile | undefined {
  try {
    accessSync(path, constants.R_OK);
    return readElf(path);
  } catch {
    return undefined;
  }
}
