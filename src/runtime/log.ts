// A container's log: log.jsonl in its folder, written by its shim alone, a record a line (log-lines.ts).
//
// The container goes on when the disk is full. What could not be written is counted, and as soon as there is room again a
// record of the stream `note` says how much is missing there. A record stands in the file whole or not at all.
//
// With a largest size the file is renamed to log.jsonl.1 when it has reached that, the next one to log.jsonl.2, and so on;
// the oldest go. So a name that a reader knows of never comes to mean another file.

import { closeSync, fstatSync, ftruncateSync, openSync, readSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { tryWrite } from '../linux/files.ts';
import { namesIn } from './disk.ts';
import { LogLines, record, timestamp } from './log-lines.ts';

/** The file with this number, or the one that is being written. */
export function logFile(folder: string, number?: number): string {
  return join(folder, number === undefined ? 'log.jsonl' : `log.jsonl.${number}`);
}

/** The numbers of the files that are full, the oldest first. */
export function fullLogFiles(folder: string): number[] {
  const numbers = namesIn(folder).flatMap((name) => /^log\.jsonl\.(\d+)$/.exec(name)?.[1] ?? []);
  return numbers.map(Number).sort((a, b) => a - b);
}

export interface LogOptions {
  driver: 'json-file' | 'none';
  /** In bytes; without it the file grows as it may. */
  maxSize?: number;
  /** How many files there are at most. */
  maxFiles?: number;
}

const NEWLINE = 0x0a;

/** In bytes. */
const PIECE_SIZE = 16 * 1024;

export class Log {
  readonly #folder: () => string;
  readonly #options: LogOptions;
  readonly #lines = { stdout: new LogLines('stdout'), stderr: new LogLines('stderr') };
  #buffer = Buffer.alloc(0);
  #fd: number | undefined;
  #size = 0;
  /** Records that there was no room for since the last one that could be written. */
  #missing = 0;

  /** @param folder where it lies. The file is made with the first record. */
  constructor(folder: () => string, options: LogOptions) {
    this.#folder = folder;
    this.#options = options;
  }

  /** How many records are missing at the end. */
  get missing(): number {
    return this.#missing;
  }

  /** What the program has written. It is taken in pieces: large texts would grow the heap, and it would stay large. */
  write(stream: 'stdout' | 'stderr', bytes: Buffer): void {
    if (this.#options.driver === 'none') return;
    for (let at = 0; at < bytes.length; at += PIECE_SIZE) {
      this.#append(this.#lines[stream].push(bytes.subarray(at, at + PIECE_SIZE)));
    }
  }

  /** The program has closed that stream. */
  end(stream: 'stdout' | 'stderr'): void {
    if (this.#options.driver !== 'none') this.#append(this.#lines[stream].end());
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #append(records: string): void {
    if (records === '') return;
    const note = this.#missing === 0 ? '' : record(noteOf(this.#missing), 'note', timestamp());
    const bytes = this.#encode(note + records);
    const missFrom = (at: number) => this.#miss(bytes.subarray(Math.max(at, Buffer.byteLength(note))));
    const { maxSize = Number.POSITIVE_INFINITY } = this.#options;
    if (!this.#isOpen()) return missFrom(0);
    for (let from = 0; from < bytes.length; ) {
      if (this.#size >= maxSize) this.#rotate();
      if (!this.#isOpen()) return missFrom(from);
      const room = maxSize - this.#size;
      const end = room <= 0 || room >= bytes.length - from ? bytes.length : bytes.indexOf(NEWLINE, from + room - 1) + 1;
      const written = this.#writeRecords(bytes.subarray(from, end));
      if (written > 0) this.#missing = 0;
      from += written;
      if (from < end) return missFrom(from);
    }
  }

  /** The text as bytes, in memory that is used over and over. */
  #encode(text: string): Buffer {
    const size = Buffer.byteLength(text);
    if (size > this.#buffer.length) this.#buffer = Buffer.alloc(size);
    return this.#buffer.subarray(0, this.#buffer.write(text));
  }

  /** @returns how many bytes of whole records could be written. */
  #writeRecords(bytes: Buffer): number {
    const fd = this.#fd as number;
    let written = 0;
    while (written < bytes.length) {
      const count = tryWrite(fd, bytes.subarray(written));
      if (count <= 0) break;
      written += count;
    }
    const whole = written === bytes.length ? written : bytes.subarray(0, written).lastIndexOf(NEWLINE) + 1;
    this.#size += whole;
    if (whole < written) ftruncateSync(fd, this.#size);
    return whole;
  }

  #miss(bytes: Buffer): void {
    for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) this.#missing++;
  }

  #isOpen(): boolean {
    if (this.#fd !== undefined) return true;
    try {
      this.#fd = openSync(logFile(this.#folder()), 'a+', 0o600);
      this.#size = mendEnd(this.#fd);
      return true;
    } catch {
      return false; // no room for a file, not even an empty one
    }
  }

  /** Begins a new file. Where that cannot be done, the old one grows on. */
  #rotate(): void {
    const { maxFiles = 1 } = this.#options;
    const folder = this.#folder();
    try {
      const full = fullLogFiles(folder);
      const number = (full.at(-1) ?? 0) + 1;
      renameSync(logFile(folder), logFile(folder, number));
      for (const old of [...full, number]) if (old <= number - (maxFiles - 1)) rmSync(logFile(folder, old));
      this.close();
      this.#isOpen();
    } catch {
      // The file grows on then.
    }
  }
}

function noteOf(missing: number): string {
  return `${missing} ${missing === 1 ? 'record is' : 'records are'} missing here: there was no room on the disk\n`;
}

/** A shim that was killed may have left half a record. @returns the size of what is whole. */
function mendEnd(fd: number): number {
  const { size } = fstatSync(fd);
  const tail = Buffer.alloc(Math.min(size, 256 * 1024));
  readSync(fd, tail, 0, tail.length, size - tail.length);
  const whole = size - tail.length + tail.lastIndexOf(NEWLINE) + 1;
  if (whole < size) ftruncateSync(fd, whole);
  return whole;
}
