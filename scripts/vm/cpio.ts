// A writer of cpio archives, which is the format the kernel unpacks an initramfs from.
//
//     const archive = new Cpio();
//     archive.file('/init', Buffer.from('#!/bin/sh\n…'), 0o755);
//     archive.writeTo('initramfs.cpio');
//
// Each entry is a header of 13 numbers, each 8 hexadecimal digits, then the name, then the content; name and content
// are padded to 4 bytes (Documentation/driver-api/early-userspace/buffer-format.rst). Nothing is compressed.

import { closeSync, openSync, writevSync } from 'node:fs';
import { dirname } from 'node:path';

const S_IFDIR = 0o040000;
const S_IFREG = 0o100000;
const S_IFLNK = 0o120000;

export class Cpio {
  readonly #parts: Buffer[] = [];
  readonly #names = new Set<string>(['/']);
  #inode = 1;

  folder(path: string, mode = 0o755): void {
    this.#add(path, S_IFDIR | mode, Buffer.alloc(0));
  }

  /** @param mtime seconds since 1970; what is not said to be younger was made then. */
  file(path: string, content: Buffer | string, mode = 0o644, mtime = 0): void {
    this.#add(path, S_IFREG | mode, Buffer.from(content), mtime);
  }

  link(path: string, target: string): void {
    this.#add(path, S_IFLNK | 0o777, Buffer.from(target));
  }

  has(path: string): boolean {
    return this.#names.has(path);
  }

  writeTo(path: string): void {
    this.#append('TRAILER!!!', 0, Buffer.alloc(0));
    const fd = openSync(path, 'w');
    try {
      for (let i = 0; i < this.#parts.length; i += 512) writevSync(fd, this.#parts.slice(i, i + 512));
    } finally {
      closeSync(fd);
    }
  }

  /** The kernel makes no missing folders, so those above come first. A path that is there already is left alone. */
  #add(path: string, mode: number, content: Buffer, mtime = 0): void {
    if (this.#names.has(path)) return;
    if (!this.#names.has(dirname(path))) this.folder(dirname(path));
    this.#names.add(path);
    this.#append(path.slice(1), mode, content, mtime);
  }

  #append(name: string, mode: number, content: Buffer, mtime = 0): void {
    const links = 1;
    const fields = [this.#inode++, mode, 0, 0, links, mtime, content.length, 0, 0, 0, 0, name.length + 1, 0];
    const header = `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}${name}\0`;
    this.#parts.push(padded(Buffer.from(header)), padded(content));
  }
}

function padded(buffer: Buffer): Buffer {
  const missing = -buffer.length & 3;
  return missing === 0 ? buffer : Buffer.concat([buffer, Buffer.alloc(missing)]);
}
