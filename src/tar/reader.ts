// Reads a tar archive from a stream, an entry after the other, in whatever of the usual formats it is written: ustar, pax,
// and GNU's for long names and large numbers. The archive is not trusted: what is not understood is an error.

import { isUtf8 } from 'node:buffer';
import type { Entry, EntryType } from './entry.ts';
import { BLOCK_BYTES, decodeHeader, type Header, typeOf } from './header.ts';
import { decodeRecords, parseTime, type Records } from './pax.ts';

/** Gives the next bytes, however many; undefined at the end. */
export type Pull = () => Buffer | undefined;

/** Bytes of what may stand before an entry: names and records. */
const LONGEST_PREFACE = 1024 * 1024;

export class TarReader {
  readonly #pull: Pull;
  /** What was pulled and not yet read. */
  #buffer: Buffer = Buffer.alloc(0);
  /** Bytes of the current entry's content, and of what fills its last block, that were not read yet. */
  #content = 0;
  #padding = 0;

  constructor(pull: Pull) {
    this.#pull = pull;
  }

  /** The next entry; undefined at the end. What was not read of the content before is left out. @throws Error */
  next(): Entry | undefined {
    while (this.readContent() !== undefined);
    let records: Records = {};
    let long: { path?: Buffer; linkPath?: Buffer } = {};
    for (let header = this.#nextHeader(); header !== undefined; header = this.#nextHeader()) {
      if (header.flag === 'x') records = decodeRecords(this.#preface(header));
      else if (header.flag === 'g')
        this.#preface(header); // about the archive as a whole
      else if (header.flag === 'L') long = { ...long, path: this.#preface(header) };
      else if (header.flag === 'K') long = { ...long, linkPath: this.#preface(header) };
      else return this.#begin(toEntry({ ...header, ...long }, records));
    }
    return undefined;
  }

  /** The next part of the current entry's content; undefined at its end. */
  readContent(): Buffer | undefined {
    if (this.#content === 0) {
      this.#take(this.#padding);
      this.#padding = 0;
      return undefined;
    }
    if (this.#buffer.length === 0) this.#fill(1);
    const part = this.#buffer.subarray(0, this.#content);
    this.#buffer = this.#buffer.subarray(part.length);
    this.#content -= part.length;
    return part;
  }

  #begin(entry: Entry): Entry {
    this.#content = entry.size;
    this.#padding = paddingOf(entry.size);
    return entry;
  }

  /** Two blocks of zeros are the end; so is the end of the stream, where a block could begin. */
  #nextHeader(): Header | undefined {
    const block = this.#tryTake(BLOCK_BYTES);
    if (block === undefined) return undefined;
    if (block.every((byte) => byte === 0)) return this.#drain();
    return decodeHeader(block);
  }

  /** Whoever writes the archive gets rid of all of it. */
  #drain(): undefined {
    this.#buffer = Buffer.alloc(0);
    while (this.#pull() !== undefined);
    return undefined;
  }

  #preface({ size }: Header): Buffer {
    if (size > LONGEST_PREFACE)
      throw new Error('the archive is damaged: what stands before an entry is longer than any name');
    const content = Buffer.from(this.#take(size));
    this.#take(paddingOf(size));
    return content;
  }

  #take(count: number): Buffer {
    if (count === 0) return Buffer.alloc(0);
    const bytes = this.#tryTake(count);
    if (bytes === undefined) throw new Error(CUT_OFF);
    return bytes;
  }

  /** @returns undefined when the stream had ended. */
  #tryTake(count: number): Buffer | undefined {
    if (this.#buffer.length === 0) {
      const bytes = this.#pull();
      if (bytes === undefined) return undefined;
      this.#buffer = bytes;
    }
    this.#fill(count);
    const bytes = this.#buffer.subarray(0, count);
    this.#buffer = this.#buffer.subarray(count);
    return bytes;
  }

  #fill(count: number): void {
    while (this.#buffer.length < count) {
      const bytes = this.#pull();
      if (bytes === undefined) throw new Error(CUT_OFF);
      this.#buffer = this.#buffer.length === 0 ? bytes : Buffer.concat([this.#buffer, bytes]);
    }
  }
}

const CUT_OFF = 'the archive ends in the midst of an entry';

/** Content is filled up to whole blocks. */
export function paddingOf(size: number): number {
  return (BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES;
}

function toEntry({ flag, ...header }: Header, records: Records): Entry {
  const path = decodeName(records.path ?? header.path);
  const isSparse = flag === 'S' || Object.keys(records).some((key) => key.startsWith('GNU.sparse.'));
  if (isSparse)
    throw new Error(`${path}: files with holes have to be in the archive as whole files (tar without --sparse)`);
  const type: EntryType | undefined = typeOf(flag, path);
  if (type === undefined) throw new Error(`${path}: entries of type ${JSON.stringify(flag)} are not understood`);
  const size = numberOf(records.size) ?? header.size;
  return {
    ...header,
    path,
    type,
    size: type === 'file' ? size : 0,
    uid: numberOf(records.uid) ?? header.uid,
    gid: numberOf(records.gid) ?? header.gid,
    mtimeNs: records.mtime ? parseTime(records.mtime.toString()) : header.mtimeNs,
    linkPath: decodeName(records.linkpath ?? header.linkPath),
  };
}

/** GNU ends long names with a zero byte. @throws Error for bytes that are no UTF-8: such a name cannot be made here. */
function decodeName(bytes: Buffer): string {
  const name = bytes.at(-1) === 0 ? bytes.subarray(0, -1) : bytes;
  if (isUtf8(name) && !name.includes(0)) return name.toString();
  throw new Error(`the name ${JSON.stringify(name.toString('latin1'))} in the archive is no UTF-8`);
}

function numberOf(value: Buffer | undefined): number | undefined {
  if (value === undefined) return undefined;
  const text = value.toString('latin1');
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(Number(text)))
    throw new Error(`the archive is damaged: ${JSON.stringify(text)} is no number`);
  return Number(text);
}
