// The options of a mount, as words in a specification, made into what the mount calls take.
// Source: the table in https://github.com/opencontainers/runtime-spec/blob/main/config.md#linux-mount-options

import {
  MOUNT_ATTR__ATIME,
  MOUNT_ATTR_NOATIME,
  MOUNT_ATTR_NODEV,
  MOUNT_ATTR_NODIRATIME,
  MOUNT_ATTR_NOEXEC,
  MOUNT_ATTR_NOSUID,
  MOUNT_ATTR_NOSYMFOLLOW,
  MOUNT_ATTR_RDONLY,
  MOUNT_ATTR_RELATIME,
  MOUNT_ATTR_STRICTATIME,
  MS_DIRSYNC,
  MS_I_VERSION,
  MS_LAZYTIME,
  MS_MANDLOCK,
  MS_PRIVATE,
  MS_SHARED,
  MS_SILENT,
  MS_SLAVE,
  MS_SYNCHRONOUS,
  MS_UNBINDABLE,
} from '../linux/constants.ts';

/** Bits to set and to clear: MOUNT_ATTR_, or MS_. */
export interface BitChange {
  set: number;
  clear: number;
}

export interface MountOptions {
  bind: boolean;
  /** The tree below the source comes along (rbind). */
  recursive: boolean;
  /** What is mounted there already is changed. */
  remount: boolean;
  /** For this mount alone. */
  attributes: BitChange;
  /** For this mount and all below. */
  recursiveAttributes: BitChange;
  /** MS_SYNCHRONOUS and the like, which belong to the file system. */
  superFlags: number;
  /** In their order: `unbindable` after `slave` leaves a mount that is both. */
  propagations: { flag: number; recursive: boolean }[];
  /** Files show other owners than they have: on this mount alone, or on all below too. */
  idMap?: 'one' | 'all';
  /** What is left goes to the file system: size=64m. */
  data: string[];
  /** The content that the image has at this place is copied into a new tmpfs. */
  copyUp: boolean;
}

const on = (bits: number): BitChange => ({ set: bits, clear: 0 });
const off = (bits: number): BitChange => ({ set: 0, clear: bits });
/** The access time is one of three values, so the old one has to be cleared. */
const atime = (value: number): BitChange => ({ set: value, clear: MOUNT_ATTR__ATIME });

const ATTRIBUTES: Record<string, BitChange> = {
  ro: on(MOUNT_ATTR_RDONLY),
  rw: off(MOUNT_ATTR_RDONLY),
  nosuid: on(MOUNT_ATTR_NOSUID),
  suid: off(MOUNT_ATTR_NOSUID),
  nodev: on(MOUNT_ATTR_NODEV),
  dev: off(MOUNT_ATTR_NODEV),
  noexec: on(MOUNT_ATTR_NOEXEC),
  exec: off(MOUNT_ATTR_NOEXEC),
  nodiratime: on(MOUNT_ATTR_NODIRATIME),
  diratime: off(MOUNT_ATTR_NODIRATIME),
  nosymfollow: on(MOUNT_ATTR_NOSYMFOLLOW),
  symfollow: off(MOUNT_ATTR_NOSYMFOLLOW),
  noatime: atime(MOUNT_ATTR_NOATIME),
  strictatime: atime(MOUNT_ATTR_STRICTATIME),
  relatime: atime(MOUNT_ATTR_RELATIME),
  // Without any of the others the kernel's rule is relatime.
  atime: atime(MOUNT_ATTR_RELATIME),
  norelatime: atime(MOUNT_ATTR_RELATIME),
  nostrictatime: atime(MOUNT_ATTR_RELATIME),
};

const SUPER_FLAGS: Record<string, BitChange> = {
  sync: on(MS_SYNCHRONOUS),
  async: off(MS_SYNCHRONOUS),
  dirsync: on(MS_DIRSYNC),
  lazytime: on(MS_LAZYTIME),
  nolazytime: off(MS_LAZYTIME),
  silent: on(MS_SILENT),
  loud: off(MS_SILENT),
  iversion: on(MS_I_VERSION),
  noiversion: off(MS_I_VERSION),
  mand: on(MS_MANDLOCK),
  nomand: off(MS_MANDLOCK),
};

const PROPAGATIONS: Record<string, { flag: number; recursive: boolean }> = {
  shared: { flag: MS_SHARED, recursive: false },
  slave: { flag: MS_SLAVE, recursive: false },
  private: { flag: MS_PRIVATE, recursive: false },
  unbindable: { flag: MS_UNBINDABLE, recursive: false },
  rshared: { flag: MS_SHARED, recursive: true },
  rslave: { flag: MS_SLAVE, recursive: true },
  rprivate: { flag: MS_PRIVATE, recursive: true },
  runbindable: { flag: MS_UNBINDABLE, recursive: true },
};

/** Words about the mount as a whole. */
const WHOLE: Record<string, Partial<MountOptions>> = {
  bind: { bind: true },
  rbind: { bind: true, recursive: true },
  remount: { remount: true },
  tmpcopyup: { copyUp: true },
  idmap: { idMap: 'one' },
  ridmap: { idMap: 'all' },
  defaults: {},
  '': {},
};

/** Sorts the words of `options`. Words that no table knows are for the file system. */
export function parseOptions(options: readonly string[]): MountOptions {
  const superFlags = { set: 0, clear: 0 };
  const result: MountOptions = {
    bind: false,
    recursive: false,
    remount: false,
    attributes: { set: 0, clear: 0 },
    recursiveAttributes: { set: 0, clear: 0 },
    superFlags: 0,
    propagations: [],
    data: [],
    copyUp: false,
  };
  for (const option of options) sortOption(result, superFlags, option);
  return { ...result, superFlags: superFlags.set };
}

function sortOption(result: MountOptions, superFlags: BitChange, option: string): void {
  const recursive = option.startsWith('r') ? ATTRIBUTES[option.slice(1)] : undefined;
  if (ATTRIBUTES[option]) merge(result.attributes, ATTRIBUTES[option]);
  else if (recursive) merge(result.recursiveAttributes, recursive);
  else if (SUPER_FLAGS[option]) merge(superFlags, SUPER_FLAGS[option]);
  else if (PROPAGATIONS[option]) result.propagations.push(PROPAGATIONS[option]);
  else if (WHOLE[option]) Object.assign(result, WHOLE[option]);
  else result.data.push(option);
}

/**
 * The later word wins: ro,rw is rw. Of the access time all bits are cleared in any case, or mount_setattr would refuse the
 * new value.
 */
function merge(change: BitChange, { set, clear }: BitChange): void {
  change.set = (change.set & ~clear) | set;
  change.clear = (change.clear & ~set) | clear;
}

/** Every word that means something here, in alphabetical order. Others are for the file system. */
export function knownMountOptions(): string[] {
  const recursive = Object.keys(ATTRIBUTES).map((name) => `r${name}`);
  const tables = [ATTRIBUTES, SUPER_FLAGS, PROPAGATIONS, WHOLE].flatMap((table) => Object.keys(table));
  return [...tables, ...recursive].filter(Boolean).sort();
}
