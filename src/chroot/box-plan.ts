// Decides what `box` is made of: the image of the machine's own programs. Nothing is written here.
//
//     planBox()                           busybox, if the machine has one: one program with hundreds of names
//     planBox({ without: ['busybox'] })   else the shell and the core tools, with the libraries they need
//
// Lesson 2 does the same by hand.

import { execFileSync } from 'node:child_process';
import { accessSync, closeSync, constants, openSync, readSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { GROUP, NSSWITCH, osRelease, PASSWD, STAND_INS } from './box-etc.ts';
import { type Entry, Tree } from './box-tree.ts';
import { LIBRARY_CACHE } from './elf-cache.ts';
import { LibraryFinder, STANDARD_FOLDERS } from './elf-libraries.ts';

export interface BoxPlan {
  /** Path in the image → what shall be there; each folder comes before what is in it. */
  entries: ReadonlyMap<string, Entry>;
  /** Files and folders of the machine that decided it: when one changes, the plan may be another. */
  watched: readonly string[];
  /** Programs that the machine has, but that cannot be in the image, and why. */
  leftOut: ReadonlyMap<string, string>;
}

const PROGRAM_FOLDERS = ['/usr/bin', '/bin', '/usr/sbin', '/sbin'];

/** Links to their twins below /usr on most machines, and then in the image, too. */
const SHAPE = ['/bin', '/sbin', '/lib', '/lib64'];

/** A box that cannot do this is none; a busybox that was built without one of them is passed over. */
const ESSENTIAL = ['sh', 'ls', 'ps', 'id', 'hostname'];

/** Those that the machine has are taken. None that lives of being setuid (su, sudo, passwd): the bit is not copied. */
const TOOLS = `sh bash dash
  ls cat cp mv rm ln mkdir rmdir touch chmod chown chgrp stat df du dd find sync truncate mktemp readlink realpath
  mknod mkfifo mount umount mountpoint findmnt
  echo printf true false test [ expr seq yes sleep date env basename dirname pwd tee xargs nproc timeout nice nohup
  grep sed awk head tail wc sort uniq cut tr tac nl od diff cmp sha256sum md5sum base64 tar gzip
  ps id hostname uname whoami groups kill pgrep pkill free uptime top tty stty which clear
  unshare nsenter setpriv capsh lsns chroot ip ss ping nc`.split(/\s+/);

/** What the shell's line editor asks of a terminal. */
const TERMINALS = ['x/xterm', 'x/xterm-256color', 's/screen', 't/tmux-256color', 'l/linux', 'v/vt100', 'd/dumb'];

/** Decides. @param without names of programs to pass over as if the machine had none. @throws Error without a shell. */
export function planBox({ without = [] }: { without?: readonly string[] } = {}): BoxPlan {
  const tree = skeleton();
  const programs = new Programs(tree, without);
  const busybox = findBusybox(programs);
  if (busybox) addBusybox(programs, busybox);
  else addTools(programs);
  tree.text('/etc/os-release', osRelease(busybox ? 'busybox' : programs.names.join(' ')));
  const watched = new Set([...PROGRAM_FOLDERS, LIBRARY_CACHE, ...programs.sources]);
  return { entries: tree.entries, watched: [...watched], leftOut: programs.leftOut };
}

function skeleton(): Tree {
  const tree = new Tree();
  for (const path of ['/dev', '/etc', '/home', '/proc', '/run', '/sys', '/usr', '/var']) tree.folder(path);
  tree.folder('/root', 0o700);
  tree.folder('/tmp', 0o1777);
  tree.text('/etc/passwd', PASSWD);
  tree.text('/etc/group', GROUP);
  tree.text('/etc/nsswitch.conf', NSSWITCH);
  return tree;
}

interface Busybox {
  path: string;
  /** The names it answers to. */
  applets: string[];
}

/** The machine's busybox, if it can do what a box must. It is asked itself: how it was built decides what is in it. */
function findBusybox(programs: Programs): Busybox | undefined {
  const path = programs.find('busybox');
  if (path === undefined) return undefined;
  try {
    const list = execFileSync(path, ['--list'], { encoding: 'utf8', env: {}, timeout: 5000, stdio: 'pipe' });
    const applets = list.split('\n').filter((name) => /^[\w.+[-]+$/.test(name) && name !== 'busybox');
    return ESSENTIAL.every((name) => applets.includes(name)) ? { path, applets } : undefined;
  } catch {
    return undefined;
  }
}

/** The layout of Docker's busybox image: all in /bin, and /usr/bin/env for scripts that begin with it. */
function addBusybox(programs: Programs, { path, applets }: Busybox): void {
  const { tree } = programs;
  programs.libraries(path);
  tree.file('/bin/busybox', path, statSync(path));
  programs.sources.add(path);
  for (const applet of applets) tree.link(`/bin/${applet}`, 'busybox');
  tree.link('/usr/bin/env', '../../bin/env');
}

function addTools(programs: Programs): void {
  for (const folder of SHAPE) if (isFolder(folder)) programs.tree.copy(folder);
  for (const name of TOOLS) programs.add(name);
  if (!programs.names.includes('sh')) throw new Error(noShell(programs.leftOut.get('sh')));
  for (const [name, script] of Object.entries(STAND_INS)) {
    if (!programs.names.includes(name)) programs.tree.text(`/usr/bin/${name}`, script, 0o755);
  }
  for (const entry of TERMINALS) programs.optional(`/lib/terminfo/${entry}`, `/usr/share/terminfo/${entry}`);
}

function noShell(reason = 'there is no sh'): string {
  return `box cannot be made of this machine's programs: ${reason}. Install busybox, or run a folder with --rootfs`;
}

/** Adds programs of the machine to a tree, each with what it needs. */
class Programs {
  readonly tree: Tree;
  readonly names: string[] = [];
  readonly leftOut = new Map<string, string>();
  /** The machine's files that were taken. */
  readonly sources = new Set<string>();
  readonly #without: readonly string[];
  readonly #finder = new LibraryFinder();

  constructor(tree: Tree, without: readonly string[]) {
    this.tree = tree;
    this.#without = without;
  }

  /** Where a program is, or undefined. */
  find(name: string): string | undefined {
    if (this.#without.includes(name)) return undefined;
    return PROGRAM_FOLDERS.map((folder) => `${folder}/${name}`).find(isThere);
  }

  /** Adds a program. One that the machine lacks, or that we may not read, or that lacks a library, is left out. */
  add(name: string): void {
    const path = this.find(name);
    if (path === undefined) return;
    try {
      accessSync(path, constants.R_OK);
      const interpreter = scriptInterpreter(path);
      if (interpreter === undefined) this.libraries(path);
      else if (!/\/(sh|bash|dash)$/.test(interpreter)) throw new Error(`${path} is a script for ${interpreter}`);
      this.#take(path);
      this.names.push(name);
    } catch (error) {
      this.leftOut.set(name, (error as Error).message);
    }
  }

  /** Adds the libraries of a program, and the loader. */
  libraries(path: string): void {
    const libraries = this.#finder.find(path);
    for (const library of libraries) this.#take(library);
    // A library in an unusual folder is found by this index alone.
    if (libraries.some((library) => !STANDARD_FOLDERS.includes(dirname(library)))) this.optional(LIBRARY_CACHE);
  }

  /** Adds the files that are there. */
  optional(...paths: string[]): void {
    for (const path of paths) if (isThere(path)) this.#take(path);
  }

  #take(path: string): void {
    this.tree.copy(path);
    this.sources.add(path);
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
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
