// Writes a file, or a folder with all below it, as a tar archive, piece by piece as it is asked for.
//
// Every name is opened relative to its open folder and without following a link: whoever changes the tree meanwhile can
// put other things into the archive, but only such as are in the tree. Sockets are left out, as nobody listens on a copy.

import { isUtf8 } from 'node:buffer';
import { readdirSync } from 'node:fs';
import {
  AT_SYMLINK_NOFOLLOW,
  O_CLOEXEC,
  O_DIRECTORY,
  O_NOFOLLOW,
  O_PATH,
  S_IFDIR,
  S_IFLNK,
  S_IFREG,
  S_IFSOCK,
} from '../linux/constants.ts';
import { close, fstat, open, openat, readlinkat, type Stat, tryFstatat, tryRead } from '../linux/files.ts';
import { pathOf } from '../linux/in-root.ts';
import { type Entry, KINDS } from './entry.ts';
import { BLOCK_BYTES, encodeHeader } from './header.ts';
import { recordsFor } from './pax.ts';
import { paddingOf } from './reader.ts';

export interface PackOptions {
  /** What the first entry is called in the archive; `.` for a folder's content alone. */
  as: string;
  /** From the ids on the disk to those in the archive. */
  mapIds: (ids: { uid: number; gid: number }) => { uid: number; gid: number };
}

/** The archive of what is called `name` in an open folder. @throws Error for what changes while it is read. */
export function* pack(folder: number, name: string, options: PackOptions): Generator<Buffer> {
  yield* new Packer(options).pack(folder, name, options.as);
  yield Buffer.alloc(2 * BLOCK_BYTES);
}

const READ_BYTES = 256 * 1024;

class Packer {
  readonly #options: PackOptions;
  /** By file system and inode: the path of the first entry of a file that has more than one name. */
  readonly #seen = new Map<string, string>();

  constructor(options: PackOptions) {
    this.#options = options;
  }

  *pack(folder: number, name: string, path: string): Generator<Buffer> {
    const stat = tryFstatat(folder, name, AT_SYMLINK_NOFOLLOW);
    if (stat === undefined || stat.type === S_IFSOCK) return; // it was removed just now
    if (stat.type === S_IFDIR) yield* this.#packFolder(folder, name, path);
    else if (stat.type === S_IFREG) yield* this.#packFile(folder, name, path);
    else {
      const linkPath = stat.type === S_IFLNK ? readlinkat(folder, name) : '';
      yield this.#header(stat, { path, linkPath });
    }
  }

  *#packFolder(folder: number, name: string, path: string): Generator<Buffer> {
    const fd = openat(folder, name, O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    try {
      yield this.#header(fstat(fd), { path: `${path}/` });
      for (const child of namesIn(fd)) yield* this.pack(fd, child, `${path}/${child}`);
    } finally {
      close(fd);
    }
  }

  *#packFile(folder: number, name: string, path: string): Generator<Buffer> {
    const fd = openFile(folder, name, path);
    try {
      const stat = fstat(fd);
      const first = this.#firstPathOf(stat, path);
      if (first !== path) {
        yield this.#header(stat, { path, type: 'hardlink', linkPath: first, size: 0 });
        return;
      }
      yield this.#header(stat, { path, size: stat.size });
      yield* contentOf(fd, stat.size, path);
      yield Buffer.alloc(paddingOf(stat.size));
    } finally {
      close(fd);
    }
  }

  #firstPathOf({ devMajor, devMinor, ino, nlink }: Stat, path: string): string {
    if (nlink < 2) return path;
    const key = `${devMajor}:${devMinor}:${ino}`;
    const first = this.#seen.get(key) ?? path;
    this.#seen.set(key, first);
    return first;
  }

  #header(stat: Stat, rest: Partial<Entry> & { path: string }): Buffer {
    const { uid, gid } = this.#options.mapIds(stat);
    const entry: Entry = {
      type: typeOfKind(stat.type, rest.path),
      mode: stat.mode & 0o7777,
      uid,
      gid,
      mtimeNs: stat.mtimeNs,
      size: 0,
      linkPath: '',
      major: stat.rdevMajor,
      minor: stat.rdevMinor,
      ...rest,
    };
    return encodeEntry(entry);
  }
}

/** It may have become a FIFO or a device by now, and to open one may be to do something: so it is looked at first. */
function openFile(folder: number, name: string, path: string): number {
  const handle = openat(folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  try {
    if (fstat(handle).type !== S_IFREG) throw new Error(`${path} was exchanged while it was being copied`);
    return open(pathOf(handle), O_CLOEXEC);
  } finally {
    close(handle);
  }
}

function typeOfKind(kind: number, path: string): Entry['type'] {
  const type = (Object.keys(KINDS) as (keyof typeof KINDS)[]).find((type) => KINDS[type] === kind);
  if (type === undefined) throw new Error(`${path} is of no kind that an archive can hold`);
  return type;
}

/** The header of an entry, and before it the records for what does not fit there. */
export function encodeEntry(entry: Entry): Buffer {
  const records = recordsFor(entry);
  if (records.length === 0) return encodeHeader(entry);
  const preface: Entry = { ...entry, path: 'PaxHeaders/records', linkPath: '', size: records.length, mode: 0o644 };
  return Buffer.concat([
    encodeHeader(preface, 'x'),
    records,
    Buffer.alloc(paddingOf(records.length)),
    encodeHeader(entry),
  ]);
}

/** As many bytes as the header has promised. */
function* contentOf(fd: number, size: number, path: string): Generator<Buffer> {
  for (let rest = size; rest > 0; ) {
    const buffer = Buffer.allocUnsafe(Math.min(rest, READ_BYTES));
    const count = tryRead(fd, buffer);
    if (count < 0) throw new Error(`${path} cannot be read (error ${-count})`);
    if (count === 0) throw new Error(`${path} became shorter while it was being copied`);
    rest -= count;
    yield buffer.subarray(0, count);
  }
}

function namesIn(fd: number): string[] {
  const names: Buffer[] = readdirSync(pathOf(fd), { encoding: 'buffer' });
  const strange = names.find((name) => !isUtf8(name));
  if (strange)
    throw new Error(`the name ${JSON.stringify(strange.toString('latin1'))} is no UTF-8, and cannot be copied`);
  return names.sort(Buffer.compare).map(String);
}
