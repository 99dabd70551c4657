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
  MS_LAZYTIME,
  MS_PRIVATE,
  MS_SHARED,
  MS_SILENT,
  MS_SLAVE,
  MS_SYNCHRONOUS,
  MS_UNBINDABLE,
} from '../linux/constants.ts';

/** MOUNT_ATTR_ bits to set and to clear. */
export interface AttributeChange {
  set: number;
  clear: number;
}

export interface MountOptions {
  bind: boolean;
  /** The tree below the source comes along (rbind). */
  recursive: boolean;
  /** For this mount alone. */
  attributes: AttributeChange;
  /** For this mount and all below. */
  recursiveAttributes: AttributeChange;
  /** MS_SYNCHRONOUS and the like, which belong to the file system. */
  superFlags: number;
  propagation?: { flag: number; recursive: boolean };
  /** What is left goes to the file system: size=64m. */
  data: string[];
  /** The content that the image has at this place is copied into a new tmpfs. */
  copyUp: boolean;
}

const FLAGS: Record<string, AttributeChange> = {
  ro: { set: MOUNT_ATTR_RDONLY, clear: 0 },
  rw: { set: 0, clear: MOUNT_ATTR_RDONLY },
  nosuid: { set: MOUNT_ATTR_NOSUID, clear: 0 },
  suid: { set: 0, clear: MOUNT_ATTR_NOSUID },
  nodev: { set: MOUNT_ATTR_NODEV, clear: 0 },
  dev: { set: 0, clear: MOUNT_ATTR_NODEV },
  noexec: { set: MOUNT_ATTR_NOEXEC, clear: 0 },
  exec: { set: 0, clear: MOUNT_ATTR_NOEXEC },
  nodiratime: { set: MOUNT_ATTR_NODIRATIME, clear: 0 },
  diratime: { set: 0, clear: MOUNT_ATTR_NODIRATIME },
  nosymfollow: { set: MOUNT_ATTR_NOSYMFOLLOW, clear: 0 },
  symfollow: { set: 0, clear: MOUNT_ATTR_NOSYMFOLLOW },
  // The access time is one of three values, so the old one has to be cleared.
  relatime: { set: MOUNT_ATTR_RELATIME, clear: MOUNT_ATTR__ATIME },
  norelatime: { set: 0, clear: MOUNT_ATTR__ATIME },
  noatime: { set: MOUNT_ATTR_NOATIME, clear: MOUNT_ATTR__ATIME },
  atime: { set: 0, clear: MOUNT_ATTR__ATIME },
  strictatime: { set: MOUNT_ATTR_STRICTATIME, clear: MOUNT_ATTR__ATIME },
  nostrictatime: { set: 0, clear: MOUNT_ATTR__ATIME },
};

const SUPER_FLAGS: Record<string, number> = {
  sync: MS_SYNCHRONOUS,
  dirsync: MS_DIRSYNC,
  lazytime: MS_LAZYTIME,
  silent: MS_SILENT,
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

/** Words that say what the kernel does anyway. */
const NOTHING = new Set(['defaults', 'async', 'loud', 'mand', 'nomand', 'iversion', 'noiversion', 'nolazytime']);

/** Sorts the words of `options`. Words that no table knows are for the file system. */
export function parseOptions(options: readonly string[]): MountOptions {
  const result: MountOptions = {
    bind: options.includes('bind') || options.includes('rbind'),
    recursive: options.includes('rbind'),
    attributes: { set: 0, clear: 0 },
    recursiveAttributes: { set: 0, clear: 0 },
    superFlags: 0,
    data: [],
    copyUp: options.includes('tmpcopyup'),
  };
  for (const option of options) sortOption(result, option);
  return result;
}

function sortOption(result: MountOptions, option: string): void {
  const recursive = option.startsWith('r') ? FLAGS[option.slice(1)] : undefined;
  const flag = FLAGS[option];
  if (flag) merge(result.attributes, flag);
  else if (recursive) merge(result.recursiveAttributes, recursive);
  else if (PROPAGATIONS[option]) result.propagation = PROPAGATIONS[option];
  else if (SUPER_FLAGS[option]) result.superFlags |= SUPER_FLAGS[option];
  else if (option === 'idmap' || option === 'ridmap') {
    throw new Error(`mount option ${option}: Slipway does not map the ids of mounts yet`);
  } else if (!['bind', 'rbind', 'tmpcopyup', ''].includes(option) && !NOTHING.has(option)) result.data.push(option);
}

/** The later word wins: ro,rw is rw. */
function merge(change: AttributeChange, { set, clear }: AttributeChange): void {
  change.set = (change.set & ~clear) | set;
  change.clear = (change.clear & ~set) | clear;
}

/** Every word that means something here, in alphabetical order. Others are for the file system. */
export function knownMountOptions(): string[] {
  const recursive = Object.keys(FLAGS).map((name) => `r${name}`);
  const tables = [FLAGS, SUPER_FLAGS, PROPAGATIONS].flatMap((table) => Object.keys(table));
  return [...new Set([...tables, ...recursive, ...NOTHING, 'bind', 'rbind', 'tmpcopyup'])].sort();
}
