// One entry of a tar archive, whatever format it was written in.

import { S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFREG } from '../linux/constants.ts';

export type EntryType = 'file' | 'hardlink' | 'symlink' | 'char' | 'block' | 'folder' | 'fifo';

export interface Entry {
  /** As the archive has it: `etc/passwd`, and for a folder `etc/`. */
  path: string;
  type: EntryType;
  /** Bytes of content behind the header. */
  size: number;
  /** The permission alone. */
  mode: number;
  uid: number;
  gid: number;
  mtimeNs: bigint;
  /** Where a symlink points, or the path of an earlier entry whose file has this name too. */
  linkPath: string;
  /** Of a device. */
  major: number;
  minor: number;
}

/** The digits by which the types are known in a header (man 5 tar). */
export const TYPE_FLAGS: Readonly<Record<EntryType, string>> = {
  file: '0',
  hardlink: '1',
  symlink: '2',
  char: '3',
  block: '4',
  folder: '5',
  fifo: '6',
};

/** The kinds of files (stat's S_IF…) that an archive can hold. A hard link is a second name, and no kind. */
export const KINDS: Readonly<Record<Exclude<EntryType, 'hardlink'>, number>> = {
  file: S_IFREG,
  symlink: S_IFLNK,
  char: S_IFCHR,
  block: S_IFBLK,
  folder: S_IFDIR,
  fifo: S_IFIFO,
};
