// Reads what an ELF file says about how to start it: for which machine it is, which loader it wants, which libraries.
// This is the half of ldd that looks; nothing is executed. (ldd itself may run the program it is asked about.)
//
//     readElf('/bin/ls')   { interpreter: '/lib64/ld-linux-x86-64.so.2', needed: ['libselinux.so.1', 'libc.so.6'], … }
//
// Three tables lead to the answer (man 5 elf):
//
//     file header      at 0: class, machine, and where the program headers are
//     program headers  pieces of the file: LOAD (file offset ↔ address), INTERP (the loader), DYNAMIC
//     dynamic section  pairs (tag, value): NEEDED, RPATH and RUNPATH, whose values are offsets into a string table
//
// The file may be hostile: no number in it is believed before it was compared with the file's size or a fixed limit.

import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

export interface ElfFile {
  path: string;
  /** 32 or 64: how wide an address is. */
  bits: 32 | 64;
  /** e_machine: 62 is x86-64, 183 is arm64. */
  machine: number;
  /** PT_INTERP, the loader that the kernel starts in the program's place; a static program or a library has none. */
  interpreter?: string;
  /** DT_NEEDED, names of libraries, in their order. */
  needed: string[];
  /** DT_RPATH and DT_RUNPATH: folders to look in, as written, between colons. */
  rpath: string[];
  runpath: string[];
}

const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const DT_NULL = 0;
const DT_NEEDED = 1;
const DT_STRTAB = 5;
const DT_RPATH = 15;
const DT_RUNPATH = 29;

/** The kernel's own limit for the program headers (fs/binfmt_elf.c), and a generous one for the dynamic section. */
const LONGEST_TABLE = 65536;
/** PATH_MAX, for names as well. */
const LONGEST_STRING = 4096;

/** Where the fields are: the 32-bit structures are the same ones with narrower addresses, in another order. */
const LAYOUTS = {
  32: { header: 52, phoff: 28, phentsize: 42, phnum: 44, segment: 32, offset: 4, address: 8, size: 16, pair: 8 },
  64: { header: 64, phoff: 32, phentsize: 54, phnum: 56, segment: 56, offset: 8, address: 16, size: 32, pair: 16 },
} as const;

interface Segment {
  type: number;
  /** Where it begins in the file, and its address in memory. */
  offset: number;
  address: number;
  /** Bytes in the file. */
  size: number;
}

/** Reads the headers of an ELF file. @throws Error that names the file when it is no ELF file, or a broken one. */
export function readElf(path: string): ElfFile {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK); // a FIFO must not keep us waiting
  try {
    return parse(new Reader(path, fd));
  } finally {
    closeSync(fd);
  }
}

function parse(file: Reader): ElfFile {
  const { bits, machine, phoff, phnum } = readHeader(file);
  const segments = readSegments(file, phoff, phnum);
  const interp = segments.find(({ type }) => type === PT_INTERP);
  const dynamic = readDynamic(file, segments);
  return {
    path: file.path,
    bits,
    machine,
    ...(interp && { interpreter: file.string(interp.offset) }),
    needed: dynamic.strings(DT_NEEDED),
    rpath: dynamic.strings(DT_RPATH).flatMap((list) => list.split(':')),
    runpath: dynamic.strings(DT_RUNPATH).flatMap((list) => list.split(':')),
  };
}

/** The file header begins with 7f 'E' 'L' 'F', the class (1: 32 bits, 2: 64), and the byte order (1: little-endian). */
function readHeader(file: Reader) {
  const start = file.bytes(0, 16, 'not an ELF file: too short');
  if (start.toString('latin1', 0, 4) !== '\x7fELF') throw file.error('not an ELF file');
  if (start[4] !== 1 && start[4] !== 2) throw file.error(`unknown ELF class ${start[4]}`);
  if (start[5] !== 1) throw file.error('for another machine: not little-endian');
  file.bits = start[4] === 2 ? 64 : 32;
  const layout = LAYOUTS[file.bits];
  const header = file.bytes(0, layout.header);
  if (header.readUInt16LE(layout.phentsize) !== layout.segment && header.readUInt16LE(layout.phnum) > 0)
    throw file.error('program headers of an unknown size');
  const phoff = file.address(header, layout.phoff);
  return { bits: file.bits, machine: header.readUInt16LE(18), phoff, phnum: header.readUInt16LE(layout.phnum) };
}

function readSegments(file: Reader, phoff: number, phnum: number): Segment[] {
  const layout = LAYOUTS[file.bits];
  if (phnum * layout.segment > LONGEST_TABLE) throw file.error(`too many program headers (${phnum})`);
  const table = file.bytes(phoff, phnum * layout.segment);
  return Array.from({ length: phnum }, (_, index) => readSegment(file, table.subarray(index * layout.segment)));
}

function readSegment(file: Reader, entry: Buffer): Segment {
  const layout = LAYOUTS[file.bits];
  const type = entry.readUInt32LE(0);
  const offset = file.address(entry, layout.offset);
  const size = file.address(entry, layout.size);
  if (type === PT_LOAD && offset + size > file.size) throw file.error('truncated ELF file');
  return { type, offset, address: file.address(entry, layout.address), size };
}

/** The pairs of the dynamic section up to DT_NULL. A static program has none. */
function readDynamic(file: Reader, segments: Segment[]): Dynamic {
  const segment = segments.find(({ type }) => type === PT_DYNAMIC);
  const { pair } = LAYOUTS[file.bits];
  const pairs: [tag: number, value: number][] = [];
  if (!segment) return new Dynamic(file, segments, pairs);
  if (segment.size > LONGEST_TABLE) throw file.error(`dynamic section too long (${segment.size} bytes)`);
  const table = file.bytes(segment.offset, segment.size);
  for (let at = 0; at + pair <= table.length; at += pair) {
    const tag = file.address(table, at);
    if (tag === DT_NULL) break;
    pairs.push([tag, file.address(table, at + pair / 2)]);
  }
  return new Dynamic(file, segments, pairs);
}

class Dynamic {
  readonly #file: Reader;
  readonly #segments: Segment[];
  readonly #pairs: [tag: number, value: number][];

  constructor(file: Reader, segments: Segment[], pairs: [tag: number, value: number][]) {
    this.#file = file;
    this.#segments = segments;
    this.#pairs = pairs;
  }

  /** The strings that all pairs with this tag stand for. */
  strings(tag: number): string[] {
    const offsets = this.#values(tag);
    if (offsets.length === 0) return [];
    const [table] = this.#values(DT_STRTAB);
    if (table === undefined) throw this.#file.error('dynamic section without a string table');
    const start = this.#fileOffset(table);
    return offsets.map((offset) => this.#file.string(start + offset));
  }

  #values(wanted: number): number[] {
    return this.#pairs.filter(([tag]) => tag === wanted).map(([, value]) => value);
  }

  /** DT_STRTAB holds an address in memory: the LOAD segment around it says where in the file that is. */
  #fileOffset(address: number): number {
    const around = this.#segments.find(
      (part) => part.type === PT_LOAD && address >= part.address && address - part.address < part.size,
    );
    if (!around) throw this.#file.error('string table outside of the file');
    return address - around.address + around.offset;
  }
}

/** An open file, read piece by piece: headers are a few hundred bytes of what may be a hundred megabytes. */
class Reader {
  readonly path: string;
  readonly #fd: number;
  /** In bytes. */
  readonly size: number;
  bits: 32 | 64 = 64;

  constructor(path: string, fd: number) {
    this.path = path;
    this.#fd = fd;
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw this.error('not an ELF file: not even a regular file');
    this.size = stat.size;
  }

  error(what: string): Error {
    return new Error(`${this.path}: ${what}`);
  }

  /** Exactly `length` bytes from `offset`, or an Error. */
  bytes(offset: number, length: number, otherwise = 'truncated ELF file'): Buffer {
    if (offset + length > this.size) throw this.error(otherwise);
    const buffer = Buffer.alloc(length);
    if (readSync(this.#fd, buffer, 0, length, offset) < length) throw this.error(otherwise);
    return buffer;
  }

  /** The string that begins at `offset` and ends with a zero byte. */
  string(offset: number): string {
    const buffer = this.bytes(offset, Math.max(0, Math.min(LONGEST_STRING, this.size - offset)));
    const end = buffer.indexOf(0);
    if (end < 0) throw this.error('a string without an end');
    return buffer.toString('utf8', 0, end);
  }

  /** A 4 or 8 byte number. Above 2^53 it loses precision, but that is beyond the end of every file anyway. */
  address(buffer: Buffer, at: number): number {
    return this.bits === 32 ? buffer.readUInt32LE(at) : Number(buffer.readBigUInt64LE(at));
  }
}
