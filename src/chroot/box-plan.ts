// Decides what `box` is made of: the image of the machine's own programs. Nothing is written here.
//
//     planBox()                           busybox, if the machine has it: one program with hundreds of names
//     planBox({ without: ['busybox'] })   else its shell and core tools, with the libraries that they need
//
// Lesson 2 does the same by hand.

import { findBusybox } from './box-busybox.ts';
import { GROUP, NSSWITCH, osRelease, PASSWD, STAND_INS } from './box-etc.ts';
import { Programs } from './box-programs.ts';
import { type Entry, Tree } from './box-tree.ts';
import { LIBRARY_CACHE } from './elf-cache.ts';

export interface BoxOptions {
  /** Names of programs to pass over as if the machine had none. */
  without?: readonly string[];
  /** Where the machine's programs are. */
  programFolders?: readonly string[];
}

export interface BoxPlan {
  /** Path in the image → what shall be there; each folder comes before what is in it. */
  entries: ReadonlyMap<string, Entry>;
  /** Files and folders of the machine: while none of them changes, neither does the plan. */
  watched: readonly string[];
  /** Programs that the machine has but that cannot be in the image, and why. */
  leftOut: ReadonlyMap<string, string>;
}

/** /bin comes first: where it is a link to usr/bin, it is followed, and so in the image as well. */
const PROGRAM_FOLDERS = ['/bin', '/usr/bin', '/sbin', '/usr/sbin'];

/** What a box must be able to do. A busybox that was built without one of them is passed over. */
const ESSENTIAL = ['sh', 'ls', 'ps', 'id', 'hostname'];

/** Those that the machine has are taken. None that lives by its setuid bit (su, passwd): the bit is not copied. */
const TOOLS = `sh bash dash
  ls cat cp mv rm ln mkdir rmdir touch chmod chown chgrp stat df du dd find sync truncate mktemp readlink realpath
  mknod mkfifo mount umount mountpoint findmnt
  echo printf true false test [ expr seq yes sleep date env basename dirname pwd tee xargs nproc timeout nice nohup
  grep sed awk head tail wc sort uniq cut tr tac nl od diff cmp sha256sum md5sum base64 tar gzip
  ps id hostname uname whoami groups kill pgrep pkill free uptime top tty stty which clear
  unshare nsenter setpriv capsh lsns chroot ip ss ping nc`.split(/\s+/);

/** What the shell's line editor wants to know of a terminal. */
const TERMINALS = ['x/xterm', 'x/xterm-256color', 's/screen', 't/tmux-256color', 'l/linux', 'v/vt100', 'd/dumb'];

/** Decides what the image is made of. @throws Error when the machine has neither busybox nor a shell. */
export function planBox({ without = [], programFolders = PROGRAM_FOLDERS }: BoxOptions = {}): BoxPlan {
  const tree = skeleton();
  const programs = new Programs(tree, programFolders, without);
  const watched = addBusybox(programs) ?? addTools(programs);
  tree.text('/etc/os-release', osRelease(programs.names.join(' ') || 'busybox'));
  return { entries: tree.entries, watched: [...new Set(watched)], leftOut: programs.leftOut };
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

/**
 * As in Docker's busybox image: all in /bin, and /usr/bin/env for scripts that begin with it.
 * @returns what to watch, or undefined without a usable busybox.
 */
function addBusybox(programs: Programs): string[] | undefined {
  const { tree } = programs;
  const busybox = findBusybox(programs.find('busybox'), ESSENTIAL);
  if (!busybox || !programs.addAs('/bin/busybox', busybox.path)) return undefined;
  for (const applet of busybox.applets) tree.link(`/bin/${applet}`, 'busybox');
  tree.link('/usr/bin/env', '../../bin/env');
  return [busybox.path, ...tree.origins];
}

/** @returns what to watch: a package manager replaces files, never writes into them, and that changes their folder. */
function addTools(programs: Programs): string[] {
  const { tree, names, leftOut, folders } = programs;
  for (const name of TOOLS) programs.add(name);
  if (!names.includes('sh')) throw new Error(noShell(leftOut.get('sh')));
  for (const [name, script] of Object.entries(STAND_INS)) {
    if (!names.includes(name)) tree.text(`/usr/bin/${name}`, script, 0o755);
  }
  for (const name of TERMINALS) programs.addFiles(`/lib/terminfo/${name}`, `/usr/share/terminfo/${name}`);
  const essential = ESSENTIAL.flatMap((name) => programs.find(name) ?? []);
  return [...folders, ...tree.origins, ...essential, LIBRARY_CACHE];
}

function noShell(reason = 'there is no sh'): string {
  return `box cannot be made of this machine's programs: ${reason}. Install busybox, or run a folder with --rootfs`;
}
