// `logs`: what a container's program has written, from its log on disk. To go on with it (-f), the kernel tells when the
// file grows (inotify), and the shim when the container has ended.

import { watch } from 'node:fs';
import { loadBundle } from '../runtime/bundle.ts';
import { isCode } from '../runtime/disk.ts';
import { encodeFrame } from '../runtime/frames.ts';
import { findContainer, noSuchContainer } from '../runtime/names.ts';
import { readSome, writeAll } from '../runtime/own-files.ts';
import { containerFolder } from '../runtime/places.ts';
import { knock } from '../runtime/shim-socket.ts';
import { loadState } from '../runtime/state.ts';
import { LogReader, type LogRecord } from './log-reader.ts';

export interface LogsOptions {
  follow: boolean;
  timestamps: boolean;
  /** How many of the last records; without it, all. */
  tail?: number;
  /** RFC 3339 with nanoseconds, in UTC: what is earlier is left out. */
  since?: string;
  /** What is later is left out. */
  until?: string;
}

/**
 * Writes the log to our stdout and stderr, each stream to its own.
 * @param notice takes sentences about what is missing.
 * @throws Error when there is no such container, or it keeps no log.
 */
export async function showLogs(
  reference: string,
  options: LogsOptions,
  notice: (sentence: string) => void,
): Promise<void> {
  const id = findContainer(reference);
  if (loadBundle(id)?.log.driver === 'none') {
    throw new Error('configured logging driver does not support reading');
  }
  const end = options.follow ? endOf(id) : Promise.resolve();
  using reader = new LogReader(containerFolder(id), options.tail);
  using growth = options.follow ? growthOf(id, reference) : undefined;
  let hasEnded = false;
  end.then(() => {
    hasEnded = true;
    growth?.wake();
  });
  for (;;) {
    const isLast = hasEnded || growth === undefined; // what is written before the end is there by then
    for (let records = reader.next(); records.length > 0; records = reader.next()) {
      if (!(await write(records, options, notice))) return;
    }
    if (isLast) break;
    await growth?.next();
  }
  const { logMissing } = loadState(id);
  if (logMissing !== undefined) notice(`${logMissing} records are missing at the end: there was no room on the disk`);
}

/** Resolves when the container has ended, or does not run. */
async function endOf(id: string): Promise<void> {
  const socket = knock(id);
  if (socket === undefined) return;
  const heard = writeAll(socket, encodeFrame('wait')).then(() => readSome(socket, Buffer.alloc(1)));
  await heard.catch(() => 0); // its first word is its last; and it may be going away just now
}

function growthOf(id: string, reference: string): Growth {
  try {
    return new Growth(containerFolder(id));
  } catch (error) {
    if (isCode(error, 'ENOENT')) throw noSuchContainer(reference); // it has been removed just now
    throw error;
  }
}

/** Tells when something in a folder changes. */
class Growth implements Disposable {
  readonly #watcher: ReturnType<typeof watch>;
  #isDue = true;
  #resolve = () => {};

  constructor(folder: string) {
    this.#watcher = watch(folder, () => this.wake()).on('error', () => this.wake());
  }

  wake(): void {
    this.#isDue = true;
    this.#resolve();
  }

  /** Resolves at once for what has happened since the last time. */
  async next(): Promise<void> {
    if (!this.#isDue) {
      await new Promise<void>((resolve) => {
        this.#resolve = resolve;
      });
    }
    this.#isDue = false;
  }

  [Symbol.dispose](): void {
    this.#watcher.close();
  }
}

/** @returns false when the rest is not wanted. */
async function write(
  records: readonly LogRecord[],
  { timestamps, since = '', until }: LogsOptions,
  notice: (sentence: string) => void,
): Promise<boolean> {
  const wanted = records.filter(({ time }) => time >= since && (until === undefined || time <= until));
  for (const { stream, text } of runs(wanted, timestamps)) {
    if (stream === 'note') notice(text.trimEnd());
    else await writeAll(stream === 'stdout' ? 1 : 2, Buffer.from(text));
  }
  return until === undefined || (records.at(-1) as LogRecord).time <= until;
}

/** What follows one another of the same stream, as one text. */
function runs(records: readonly LogRecord[], timestamps: boolean): { stream: LogRecord['stream']; text: string }[] {
  const all: { stream: LogRecord['stream']; texts: string[] }[] = [];
  let last: (typeof all)[number] | undefined;
  for (const { log, stream, time } of records) {
    if (last === undefined || last.stream !== stream || stream === 'note') {
      last = { stream, texts: [] };
      all.push(last);
    }
    last.texts.push(timestamps && stream !== 'note' ? `${time} ${log}` : log);
  }
  return all.map(({ stream, texts }) => ({ stream, text: texts.join('') }));
}
