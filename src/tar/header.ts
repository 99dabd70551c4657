// The header of a tar entry: 512 bytes of text fields at fixed places (POSIX.1-1988, "ustar").
//
//     0    name      100 bytes         136  mtime   12, seconds, octal      257  magic   "ustar\0" "00"
//     100  mode        8, octal        148  checksum 8, octal               329  device   8 and 8, octal
//     108  uid, gid    8 each          156  type     1, a digit             345  prefix 155, stands before the name
//     124  size       12, octal        157  link   100
//
// What has no room there stands in records of an entry of its own just before (pax.ts). Source: man 5 tar.

import { type Entry, type EntryType, TYPE_FLAGS } from './entry.ts';

export const BLOCK_BYTES = 512;

/** Where the fields lie: offset and length. */
const FIELDS = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  mtime: [136, 12],
  checksum: [148, 8],
  type: [156, 1],
  link: [157, 100],
  magic: [257, 8],
  major: [329, 8],
  minor: [337, 8],
  prefix: [345, 155],
} as const;

type FieldName = keyof typeof FIELDS;

/** What a header says. Its texts are bytes yet: a long name may be cut in the midst of a character, and stand elsewhere. */
export type Header = Omit<Entry, 'type' | 'path' | 'linkPath'> & {
  /** The type as it stands there. */
  flag: string;
  path: Buffer;
  linkPath: Buffer;
};

/** True for a text that fits a field as it is. */
export function fitsText(text: string, field: 'name' | 'link'): boolean {
  return /^[\x20-\x7e]*$/.test(text) && text.length <= FIELDS[field][1];
}

/** True for a whole number that fits a field. */
export function fitsNumber(value: number, field: 'uid' | 'size' | 'mtime'): boolean {
  return Number.isInteger(value) && value >= 0 && value < 8 ** (FIELDS[field][1] - 1);
}

/** A header of 512 bytes. What does not fit is cut: the records before it have it. */
export function encodeHeader(entry: Entry, flag: string = TYPE_FLAGS[entry.type]): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  const mtime = Number(entry.mtimeNs / 1_000_000_000n);
  putText(block, 'name', entry.path);
  putNumber(block, 'mode', entry.mode);
  putNumber(block, 'uid', fitsNumber(entry.uid, 'uid') ? entry.uid : 0);
  putNumber(block, 'gid', fitsNumber(entry.gid, 'uid') ? entry.gid : 0);
  putNumber(block, 'size', fitsNumber(entry.size, 'size') ? entry.size : 0);
  putNumber(block, 'mtime', fitsNumber(mtime, 'mtime') ? mtime : 0);
  putText(block, 'type', flag);
  putText(block, 'link', entry.linkPath);
  putText(block, 'magic', 'ustar\x0000');
  putNumber(block, 'major', entry.major);
  putNumber(block, 'minor', entry.minor);
  block.write(`${octal(checksum(block), 6)}\0 `, FIELDS.checksum[0], 'latin1');
  return block;
}

function putText(block: Buffer, field: FieldName, text: string): void {
  const [offset, length] = FIELDS[field];
  Buffer.from(text).copy(block, offset, 0, length);
}

function putNumber(block: Buffer, field: FieldName, value: number): void {
  const [offset, length] = FIELDS[field];
  block.write(octal(value, length - 1), offset, 'latin1');
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}

/** The sum of all bytes, where its own field counts as spaces. */
function checksum(block: Buffer): number {
  const [offset, length] = FIELDS.checksum;
  const isOwn = (at: number) => at >= offset && at < offset + length;
  return block.reduce((sum, byte, at) => sum + (isOwn(at) ? 0x20 : byte), 0);
}

/** Reads a header. @throws Error when it is none. */
export function decodeHeader(block: Buffer): Header {
  if (Number.parseInt(getText(block, 'checksum').toString('latin1'), 8) !== checksum(block))
    throw new Error('this is no tar archive, or a damaged one');
  const isUstar = getBytes(block, 'magic').toString('latin1') === 'ustar\x0000'; // GNU has other things at the prefix
  const prefix = isUstar ? getText(block, 'prefix') : NOTHING;
  const name = getText(block, 'name');
  return {
    path: prefix.length === 0 ? name : Buffer.concat([prefix, SLASH, name]),
    flag: getBytes(block, 'type').toString('latin1'),
    size: getNumber(block, 'size'),
    mode: getNumber(block, 'mode') & 0o7777,
    uid: getNumber(block, 'uid'),
    gid: getNumber(block, 'gid'),
    mtimeNs: BigInt(getNumber(block, 'mtime')) * 1_000_000_000n,
    linkPath: getText(block, 'link'),
    major: getNumber(block, 'major'),
    minor: getNumber(block, 'minor'),
  };
}

/** The type that a flag of a header means; undefined for one that says something about the next entry, or is unknown. */
export function typeOf(flag: string, path: string): EntryType | undefined {
  if (/^[\0 07]$/.test(flag)) return flag !== '0' && flag !== '7' && path.endsWith('/') ? 'folder' : 'file'; // before 1988
  return (Object.keys(TYPE_FLAGS) as EntryType[]).find((type) => TYPE_FLAGS[type] === flag);
}

function getBytes(block: Buffer, field: FieldName): Buffer {
  const [offset, length] = FIELDS[field];
  return block.subarray(offset, offset + length);
}

/** Up to the first zero byte. */
function getText(block: Buffer, field: FieldName): Buffer {
  const bytes = getBytes(block, field);
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}

const NOTHING = Buffer.alloc(0);
const SLASH = Buffer.from('/');

/** Octal digits between spaces and zero bytes; or, when the first bit is set, the rest of the bits as a number (GNU). */
function getNumber(block: Buffer, field: FieldName): number {
  const bytes = getBytes(block, field);
  const first = bytes[0] as number;
  const value =
    first & 0x80 ? getBinary(bytes) : Number.parseInt(bytes.toString('latin1').replaceAll('\0', ' ').trim() || '0', 8);
  if (!Number.isSafeInteger(value) || (value < 0 && field !== 'mtime')) {
    throw new Error(`the archive is damaged: its field for the ${field} holds no such number`);
  }
  return value;
}

/** Two's complement, without the first bit. */
function getBinary(bytes: Buffer): number {
  const isNegative = ((bytes[0] as number) & 0x40) !== 0;
  const digits = Buffer.from(bytes);
  digits[0] = isNegative ? (bytes[0] as number) : (bytes[0] as number) & 0x7f;
  return Number(BigInt.asIntN(bytes.length * 8, BigInt(`0x${digits.toString('hex')}`)));
}
