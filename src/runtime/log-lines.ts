// What a program writes, cut into the records of its log: a line of JSON for each of its lines, as Docker's json-file has
// them.
//
//     {"log":"hello\n","stream":"stdout","time":"2026-01-31T12:00:00.123456789Z"}
//
// A line of more than 16 KiB is several records, of which only the last ends with \n; so does what comes last and has no end.
//
// A program may write 100 MB a second, so the work is done by few calls on much text: all lines of one read become JSON at
// once, as the list that they are, and what stands between two of them there becomes the end of one record and the
// beginning of the next. `","` stands nowhere else: within a string each " has a \ before it.

import { realtime } from '../linux/clock.ts';

/** In bytes: a longer line is cut. */
const LONGEST_LINE = 16 * 1024;

const NEWLINE = 0x0a;

export type LogStream = 'stdout' | 'stderr' | 'note';

/** Puts the lines of one stream together, however they were read. */
export class LogLines {
  readonly #stream: LogStream;
  /** The beginning of a line whose end has not come: always less than a whole record. */
  #begun: Buffer = Buffer.alloc(0);

  constructor(stream: LogStream) {
    this.#stream = stream;
  }

  /** The records that these bytes complete, as text; empty when there are none. */
  push(bytes: Buffer): string {
    const all = this.#begun.length === 0 ? bytes : Buffer.concat([this.#begun, bytes]);
    const time = timestamp();
    let text = '';
    let from = 0;
    while (from < all.length) {
      const longEnd = from + LONGEST_LINE;
      const lastLine = all.lastIndexOf(NEWLINE, Math.min(longEnd, all.length) - 1);
      if (lastLine >= from) {
        const end = endOfShortLines(all, lastLine);
        text += records(all.toString('utf8', from, end), this.#stream, time);
        from = end;
      } else if (longEnd <= all.length) {
        const end = endOfCharacter(all, longEnd);
        text += record(all.toString('utf8', from, end), this.#stream, time);
        from = end;
      } else {
        break;
      }
    }
    this.#begun = Buffer.from(all.subarray(from));
    return text;
  }

  /** The stream is at its end: what has begun will have no end. */
  end(): string {
    const rest = this.#begun.toString();
    this.#begun = Buffer.alloc(0);
    return rest === '' ? '' : record(rest, this.#stream, timestamp());
  }
}

/** From this end of a line on as far as no line is too long: many at once are done sooner than a few. */
function endOfShortLines(bytes: Buffer, lastLine: number): number {
  let end = lastLine + 1;
  for (;;) {
    const next = bytes.lastIndexOf(NEWLINE, Math.min(end + LONGEST_LINE, bytes.length) - 1) + 1;
    if (next <= end) return end;
    end = next;
  }
}

/** No character is cut in two: in UTF-8 those bytes that go on with one begin with the bits 10. */
function endOfCharacter(bytes: Buffer, end: number): number {
  for (let at = end; at > end - 4; at--) if (((bytes[at] ?? 0) & 0xc0) !== 0x80) return at;
  return end; // it is no UTF-8
}

/** @param text whole lines. */
function records(text: string, stream: LogStream, time: string): string {
  const lines = JSON.stringify(text.slice(0, -1).split('\n'));
  const end = `\\n","stream":"${stream}","time":"${time}"}\n`;
  return `{"log":${lines.slice(1, -2).replaceAll('","', `${end}{"log":"`)}${end}`;
}

/** One record. @param text without an end of line, unless it has one. */
export function record(text: string, stream: LogStream, time: string): string {
  return `{"log":${JSON.stringify(text)},"stream":"${stream}","time":"${time}"}\n`;
}

/** Now, as RFC 3339 has it, with nanoseconds. */
export function timestamp(): string {
  const { seconds, nanoseconds } = realtime();
  const [toSecond] = new Date(seconds * 1000).toISOString().split('.');
  return `${toSecond}.${String(nanoseconds).padStart(9, '0')}Z`;
}
