// Makes small ELF files for tests: a file header, program headers, a dynamic section and its strings. Nothing runs.

import { writeFileSync } from 'node:fs';

export interface ElfParts {
  bits?: 32 | 64;
  machine?: number;
  interpreter?: string;
  needed?: readonly string[];
  rpath?: string;
  runpath?: string;
}

export const X86_64 = 62;
export const ARM64 = 183;
/** The machine that the tests run on. */
export const HERE = process.arch === 'arm64' ? ARM64 : X86_64;

const BASE = 0x400000; // where the file would be in memory

/** The bytes of an ELF file that says this of itself. */
export function makeElf({ bits = 64, machine = HERE, interpreter, needed = [], rpath, runpath }: ElfParts): Buffer {
  const wide = bits === 64;
  const [headerSize, segmentSize, word] = wide ? [64, 56, 8] : [52, 32, 4];
  const strings = new Strings();
  const pairs = needed.map((name) => [1, strings.add(name)]);
  if (rpath !== undefined) pairs.push([15, strings.add(rpath)]);
  if (runpath !== undefined) pairs.push([29, strings.add(runpath)]);
  const interp = interpreter === undefined ? undefined : strings.add(interpreter);

  const count = interp === undefined ? 2 : 3;
  const dynamicAt = headerSize + count * segmentSize;
  const dynamicSize = (pairs.length + 2) * 2 * word;
  const stringsAt = dynamicAt + dynamicSize;
  const text = strings.bytes();
  const file = Buffer.alloc(stringsAt + text.length);
  const number = (value: number, at: number) =>
    wide ? file.writeBigUInt64LE(BigInt(value), at) : file.writeUInt32LE(value, at);

  file.write('\x7fELF', 'latin1');
  file.set([wide ? 2 : 1, 1, 1], 4);
  file.writeUInt16LE(3, 16);
  file.writeUInt16LE(machine, 18);
  number(headerSize, wide ? 32 : 28);
  file.writeUInt16LE(segmentSize, wide ? 54 : 42);
  file.writeUInt16LE(count, wide ? 56 : 44);

  const segments = [
    [1, 0, file.length],
    [2, dynamicAt, dynamicSize],
    ...(interp === undefined ? [] : [[3, stringsAt + interp, (interpreter?.length ?? 0) + 1]]),
  ];
  for (const [index, [type = 0, offset = 0, size = 0]] of segments.entries()) {
    const at = headerSize + index * segmentSize;
    file.writeUInt32LE(type, at);
    number(offset, at + (wide ? 8 : 4));
    number(BASE + offset, at + (wide ? 16 : 8));
    number(size, at + (wide ? 32 : 16));
  }
  for (const [index, [tag = 0, value = 0]] of [...pairs, [5, BASE + stringsAt], [0, 0]].entries()) {
    number(tag, dynamicAt + index * 2 * word);
    number(value, dynamicAt + index * 2 * word + word);
  }
  file.set(text, stringsAt);
  return file;
}

export function writeElf(path: string, parts: ElfParts): string {
  writeFileSync(path, makeElf(parts));
  return path;
}

class Strings {
  #text = '\0';

  add(text: string): number {
    const offset = Buffer.byteLength(this.#text);
    this.#text += `${text}\0`;
    return offset;
  }

  bytes(): Buffer {
    return Buffer.from(this.#text);
  }
}
