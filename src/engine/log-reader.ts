// Reads a container's log (runtime/log.ts) piece by piece, from its oldest file to its newest, while its shim may be writing
// on, or beginning a new file.

import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { openIfThere } from '../runtime/disk.ts';
import { fullLogFiles, logFile } from '../runtime/log.ts';
import type { LogStream } from '../runtime/log-lines.ts';

/** A line of the log. */
export interface LogRecord {
  log: string;
  stream: LogStream;
  /** RFC 3339. */
  time: string;
}

const PIECE_SIZE = 64 * 1024;
const NEWLINE = 0x0a;

export class LogReader implements Disposable {
  readonly #folder: string;
  readonly #piece = Buffer.alloc(PIECE_SIZE);
  #fd: number | undefined;
  /** Of the file that is open: the one that it has, or will have when it is full. */
  #number = 0;
  #at = 0;
  /** What was read and is no whole record yet. */
  #rest: Buffer = Buffer.alloc(0);

  /** @param records how many of the last records are wanted; without it, all. */
  constructor(folder: string, records?: number) {
    this.#folder = folder;
    if (records === undefined) this.#open(0, 0);
    else this.#openBeforeLast(records);
  }

  /** The next records: none when there are no more now. */
  next(): LogRecord[] {
    for (;;) {
      if (this.#fd === undefined) this.#open(this.#number, 0); // nothing was written yet
      if (this.#fd === undefined) return [];
      const isFull = this.#isFull(); // asked first: nobody writes to it any more then
      const count = readSync(this.#fd, this.#piece, 0, PIECE_SIZE, this.#at);
      this.#at += count;
      const records = this.#take(this.#piece.subarray(0, count));
      if (records.length > 0) return records;
      if (count > 0) continue;
      if (!isFull) return [];
      this.#open(this.#number + 1, 0);
    }
  }

  [Symbol.dispose](): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #take(piece: Buffer): LogRecord[] {
    const bytes = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    this.#rest = Buffer.from(bytes.subarray(end));
    return end === 0 ? [] : parse(bytes.toString('utf8', 0, end));
  }

  /** True when the shim writes to another file by now. */
  #isFull(): boolean {
    return (fullLogFiles(this.#folder).at(-1) ?? 0) >= this.#number;
  }

  /** Opens the first file from this number on that is there. */
  #open(number: number, at: number): void {
    this[Symbol.dispose]();
    this.#rest = Buffer.alloc(0);
    this.#at = at;
    while (this.#fd === undefined) {
      const full = fullLogFiles(this.#folder);
      const first = full.find((each) => each >= number);
      this.#number = first ?? (full.at(-1) ?? 0) + 1;
      this.#fd = openIfThere(logFile(this.#folder, first));
      if (this.#fd === undefined && first === undefined) return; // else it was removed just now
      if (first !== undefined || fullLogFiles(this.#folder).at(-1) === full.at(-1)) return;
      this[Symbol.dispose](); // the newest file has got its number meanwhile: which one is open is not known
    }
  }

  /** Opens the file in which the last `records` begin, counted from the end through older files if need be. */
  #openBeforeLast(records: number): void {
    const full = fullLogFiles(this.#folder);
    let missing = records;
    for (const number of [undefined, ...full.toReversed()]) {
      const found = beforeLastIn(logFile(this.#folder, number), missing);
      if (found.missing === 0) return this.#open(number ?? (full.at(-1) ?? 0) + 1, found.at);
      missing = found.missing;
    }
    this.#open(0, 0);
  }
}

/** The last `count` lines of a file: where they begin, and how many of them it has not. */
function beforeLastIn(path: string, count: number): { at: number; missing: number } {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0 || count === 0) return { at: size, missing: count };
  const fd = openSync(path, 'r');
  try {
    const piece = Buffer.alloc(PIECE_SIZE);
    let ends = 0; // of lines, that of the last one included
    for (let end = size; end > 0; end -= Math.min(end, PIECE_SIZE)) {
      const begin = Math.max(0, end - PIECE_SIZE);
      const length = readSync(fd, piece, 0, end - begin, begin);
      for (
        let at = piece.lastIndexOf(NEWLINE, length - 1);
        at >= 0;
        at = at > 0 ? piece.lastIndexOf(NEWLINE, at - 1) : -1
      ) {
        if (ends === count) return { at: begin + at + 1, missing: 0 };
        ends++;
      }
    }
    return { at: 0, missing: count - ends };
  } finally {
    closeSync(fd);
  }
}

/** All records of a text at once, as one list: `}\n{` stands nowhere within a record. A damaged one is left out. */
function parse(text: string): LogRecord[] {
  try {
    return JSON.parse(`[${text.slice(0, -1).replaceAll('}\n{', '},{')}]`) as LogRecord[];
  } catch {
    return text.split('\n').flatMap(parseOne);
  }
}

function parseOne(line: string): LogRecord[] {
  try {
    const record = JSON.parse(line) as Partial<LogRecord>;
    return typeof record.log === 'string' && typeof record.time === 'string' ? [record as LogRecord] : [];
  } catch {
    return [];
  }
}
