// This machine's own root as a container's root, in a copy that costs nothing: every folder of / lies under an overlay whose
// upper folder is in memory. What the container changes is seen by nobody else, and is gone with it.
//
//     /usr      an overlay of the machine's /usr           /bin -> usr/bin    a link like the machine's
//     /var      a folder, if something is mounted below    /proc, /tmp …      empty: the specification mounts on them
//     /var/lib  an overlay, and so on
//
// One overlay of / would do for root. But an ordinary user's may not have a layer below which something is mounted: it would
// show what the mount hides (clone_private_mount in fs/namespace.c).

import type { Dirent } from 'node:fs';
import {
  chmodSync,
  chownSync,
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { MS_BIND, MS_NODEV, MS_NOSUID, MS_RDONLY, MS_REMOUNT } from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { mount } from '../linux/mount.ts';
import { type MountInfo, readMounts } from '../linux/mountinfo.ts';
import { mountOverlay } from '../unionfs/overlay.ts';
import { isCode } from './disk.ts';

/** File systems that hold what a machine is made of. What others show, such as /proc, is not for copying. */
const DISKS = 'ext2 ext3 ext4 xfs btrfs f2fs zfs bcachefs overlay fuseblk squashfs erofs'.split(' ');

/** Folders for what has a life of a run's length. */
const EMPTY = ['/proc', '/sys', '/dev', '/run', '/tmp', '/lost+found'];

export interface MachineRoot {
  /** The folder that becomes the root. */
  target: string;
  /** A folder for the memory that takes the changes. */
  memoryFolder: string;
  /** Bytes. */
  memorySize: number;
  userxattr: boolean;
}

/** Mounts it. Called in a mount namespace of its own. */
export function mountMachine({ target, memoryFolder, memorySize, userxattr }: MachineRoot): void {
  mount('tmpfs', memoryFolder, 'tmpfs', MS_NOSUID | MS_NODEV, `size=${memorySize},mode=755`);
  const root = join(memoryFolder, 'root');
  mkdirSync(root, { mode: 0o755 });
  mount(root, target, null, MS_BIND);
  new Copy(target, memoryFolder, userxattr).fill('/');
}

class Copy {
  readonly #mounts: MountInfo[];
  readonly #target: string;
  readonly #memoryFolder: string;
  readonly #userxattr: boolean;
  #uppers = 0;

  constructor(target: string, memoryFolder: string, userxattr: boolean) {
    this.#mounts = readMounts();
    this.#target = target;
    this.#memoryFolder = memoryFolder;
    this.#userxattr = userxattr;
  }

  /** Makes in the copy what is in this folder of the machine. */
  fill(folder: string): void {
    for (const entry of entriesOf(folder)) this.#addUnlessGone(join(folder, entry.name), entry);
  }

  /** The machine goes on living while it is copied: what vanishes meanwhile, such as a container's files, is left out. */
  #addUnlessGone(path: string, entry: Dirent): void {
    try {
      this.#add(path, entry);
    } catch (error) {
      if (lstatSync(path, { throwIfNoEntry: false })) throw error;
    }
  }

  #add(path: string, entry: Dirent): void {
    const place = join(this.#target, path);
    if (entry.isSymbolicLink()) return symlinkSync(readlinkSync(path), place);
    if (entry.isFile()) return this.#addFile(path, place);
    if (!entry.isDirectory()) return; // nobody needs the machine's sockets
    this.#makeLike(path, place);
    if (EMPTY.includes(path) || this.#isNoDisk(path)) return;
    if (this.#mounts.some((mount) => mount.path.startsWith(`${path}/`))) this.fill(path);
    else this.#layOver(path, place);
  }

  /** Folders alone can be layers, so a file is only shown. */
  #addFile(path: string, place: string): void {
    closeSync(openSync(place, 'wx', 0o644));
    mount(path, place, null, MS_BIND);
    mount(null, place, null, MS_BIND | MS_REMOUNT | MS_RDONLY);
  }

  #isNoDisk(path: string): boolean {
    const top = this.#mounts.findLast((mount) => mount.path === path);
    return top !== undefined && !DISKS.includes(top.type);
  }

  #layOver(path: string, target: string): void {
    const folder = join(this.#memoryFolder, String(this.#uppers++));
    const [upperdir, workdir] = [join(folder, 'upper'), join(folder, 'work')];
    for (const each of [folder, workdir]) mkdirSync(each);
    this.#makeLike(path, upperdir); // the top of an overlay is as its upper folder is
    try {
      mountOverlay({ lowerdirs: [path], upperdir, workdir, target, userxattr: this.#userxattr });
    } catch (error) {
      if (!isErrno(error, 'EACCES')) throw error; // as with entriesOf()
    }
  }

  /** Makes a folder with the mode and the owner of the machine's own. In a user namespace most owners are nobody's id. */
  #makeLike(path: string, place: string): void {
    const { mode, uid, gid } = statSync(path);
    mkdirSync(place);
    if (!this.#userxattr) chownSync(place, uid, gid);
    chmodSync(place, mode & 0o7777); // whatever the umask; and a new owner takes bits away
  }
}

/** A folder that this user may not look into stays empty: an engine of root's may have its containers mounted in there. */
function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (isCode(error, 'EACCES')) return [];
    throw error;
  }
}
