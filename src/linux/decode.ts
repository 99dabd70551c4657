// Numbers as names, for --explain and for errors: CLONE_NEWPID|CLONE_NEWNS in place of 0x20020000.
// The spelling is strace's, so that the two can be compared.

import { readlinkSync } from 'node:fs';
import { FILE_TYPES, OPEN_FLAGS, S_IFMT } from './constants.ts';

type Table = Readonly<Record<string, number>>;

/** The names of the bits of `value`, joined by |; what has no name is shown in hex. */
export function showFlags(table: Table, value: number): string {
  const names: string[] = [];
  let rest = value >>> 0;
  for (const [name, bits] of Object.entries(table)) {
    if (bits !== 0 && (rest & bits) >>> 0 === bits) {
      names.push(name);
      rest = (rest & ~bits) >>> 0;
    }
  }
  if (rest !== 0) names.push(`0x${rest.toString(16)}`);
  return names.length === 0 ? '0' : names.join('|');
}

/** The name of the one constant that equals `value`, or the number. */
export function showConstant(table: Table, value: number): string {
  return Object.entries(table).find(([, constant]) => constant === value)?.[0] ?? String(value);
}

const LONGEST_STRING = 1024;

/** A string in quotes, cut off (`"abc"...`) when it is long. */
export function quote(text: string | null): string {
  if (text === null) return 'NULL';
  return text.length > LONGEST_STRING ? `${escapeText(text.slice(0, LONGEST_STRING))}...` : escapeText(text);
}

/** No byte of it can steer a terminal: JSON's escapes leave out DEL and the control characters from 0x80 on. */
function escapeText(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\u009f]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`);
}

const LONGEST_PREVIEW = 64;

/** The beginning of what was read or written. */
export function quoteBytes(bytes: Uint8Array): string {
  const text = escapeText(Buffer.from(bytes.subarray(0, LONGEST_PREVIEW)).toString());
  return bytes.length > LONGEST_PREVIEW ? `${text}...` : text;
}

/** A C struct: `{flags: CLONE_NEWNS, exit_signal: SIGCHLD}`. */
export function showStruct(fields: Readonly<Record<string, string | number | bigint>>): string {
  return `{${Object.entries(fields)
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ')}}`;
}

/** A permission as people write it: 0755. */
export function octal(mode: number): string {
  return mode === 0 ? '0' : `0${mode.toString(8)}`;
}

/** 0x1f, and 0 for nothing. */
export function hex(value: number | bigint): string {
  return Number(value) === 0 ? '0' : `0x${value.toString(16)}`;
}

/**
 * A descriptor with what it is open on, as `strace -y` has it: `3</etc>`, `4<net:[4026531840]>`. Not for a call that
 * closes it: the arguments are shown when that is over.
 */
export function showFd(fd: number): string {
  try {
    const target = readlinkSync(`/proc/self/fd/${fd}`);
    return /^(\/|\w+:\[)/.test(target) ? `${fd}<${target}>` : String(fd);
  } catch {
    return String(fd); // it is not open, or there is no /proc here
  }
}

/** A descriptor for the *at calls; the current folder's by its name. */
export function showDirfd(dirfd: number): string {
  return dirfd === -100 ? 'AT_FDCWD' : showFd(dirfd);
}

/** The access mode is a number in the lowest two bits, and O_RDONLY is 0. */
export function showOpenFlags(flags: number): string {
  if ((flags & 3) !== 0) return showFlags(OPEN_FLAGS, flags);
  return flags === 0 ? 'O_RDONLY' : `O_RDONLY|${showFlags(OPEN_FLAGS, flags)}`;
}

/** The kind of a file and its permission: S_IFREG|0644. */
export function showMode(mode: number): string {
  return `${showConstant(FILE_TYPES, mode & S_IFMT)}|${octal(mode & ~S_IFMT)}`;
}
