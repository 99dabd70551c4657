// Records for what the header of an entry has no room for (POSIX.1-2001, "pax"): long names, large numbers, parts of a
// second. They are the content of an entry of type x that stands before the one they are about.
//
//     30 mtime=1350244992.023960108\n      the length of all of it, a space, key=value, and the end of the line
//
// The length decides where a record ends: a name with an end of line in it is a name all the same. Source: man 5 tar.

import type { Entry } from './entry.ts';
import { fitsNumber, fitsText } from './header.ts';

export type Records = Readonly<Record<string, Buffer>>;

/** Those that an entry needs. */
export function recordsFor({ path, linkPath, size, uid, gid, mtimeNs }: Entry): Buffer {
  const seconds = Number(mtimeNs / 1_000_000_000n);
  return Buffer.concat([
    fitsText(path, 'name') ? NOTHING : encodeRecord('path', path),
    fitsText(linkPath, 'link') ? NOTHING : encodeRecord('linkpath', linkPath),
    fitsNumber(size, 'size') ? NOTHING : encodeRecord('size', String(size)),
    fitsNumber(uid, 'uid') ? NOTHING : encodeRecord('uid', String(uid)),
    fitsNumber(gid, 'uid') ? NOTHING : encodeRecord('gid', String(gid)),
    fitsNumber(seconds, 'mtime') ? NOTHING : encodeRecord('mtime', String(seconds)),
  ]);
}

const NOTHING = Buffer.alloc(0);

/** The length counts its own digits. */
function encodeRecord(key: string, value: string): Buffer {
  const rest = Buffer.from(` ${key}=${value}\n`);
  let digits = String(rest.length).length;
  while (String(rest.length + digits).length > digits) digits++;
  return Buffer.concat([Buffer.from(String(rest.length + digits)), rest]);
}

/** @throws Error for what holds no records. */
export function decodeRecords(content: Buffer): Records {
  const records: Record<string, Buffer> = Object.create(null);
  for (let rest = content; rest.length > 0; ) {
    const space = rest.indexOf(' ');
    const length = Number(rest.toString('latin1', 0, Math.max(0, space)));
    const equals = rest.indexOf('=', space);
    const isWhole = Number.isInteger(length) && length <= rest.length && rest[length - 1] === NEWLINE;
    if (!isWhole || equals < space || equals >= length)
      throw new Error('the archive is damaged: a record of an entry is none');
    records[rest.toString('utf8', space + 1, equals)] = rest.subarray(equals + 1, length - 1);
    rest = rest.subarray(length);
  }
  return records;
}

const NEWLINE = 0x0a;

/** Nanoseconds of a decimal number of seconds: `1350244992.0239`, `-1.5`. @throws Error when it is none. */
export function parseTime(text: string): bigint {
  const [, sign, seconds = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d*))?$/.exec(text) ?? [];
  if (seconds === '') throw new Error(`the archive is damaged: ${JSON.stringify(text)} is no time`);
  const ns = BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0').slice(0, 9));
  return sign === '-' ? -ns : ns;
}
