// Pseudo-terminals and what can be asked of a terminal (man 4 pts, man 2 ioctl_tty).
//
//     const master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
//     unlockpt(master);
//     const slave = openPeer(master); // what a program gets as its stdin; its name is ptsname(master)
//
// grantpt is missing: devpts itself gives the terminal its owner and mode since Linux 2.2.

import { O_CLOEXEC, O_NOCTTY, O_RDWR, OPEN_FLAGS } from './constants.ts';
import { showFlags, showStruct } from './decode.ts';
import { bind, call } from './door.ts';

const native = {
  posix_openpt: bind('int posix_openpt(int flags)'),
  number: bind('int ioctl(int fd, unsigned long request, long argument)'),
  buffer: bind('int ioctl(int fd, unsigned long request, void *argument)'),
  isatty: bind('int isatty(int fd)'),
  tcgetattr: bind('int tcgetattr(int fd, void *settings)'),
  tcsetattr: bind('int tcsetattr(int fd, int when, const void *settings)'),
  cfmakeraw: bind('void cfmakeraw(void *settings)'),
};

const TERMIOS_SIZE = 60; // libc's struct termios
const TCSADRAIN = 1;

const TIOCSCTTY = 0x540e;
const TIOCGWINSZ = 0x5413;
const TIOCSWINSZ = 0x5414;
const TIOCGPTN = 0x80045430;
const TIOCSPTLCK = 0x40045431;
const TIOCGPTPEER = 0x5441;

/** In characters. */
export interface TerminalSize {
  rows: number;
  columns: number;
}

/** man 3 posix_openpt: a new pseudo-terminal of the devpts that is mounted here. @returns its master end. */
export function posix_openpt(flags: number): number {
  const show = () => `AT_FDCWD, "/dev/ptmx", ${showFlags(OPEN_FLAGS, flags)}`;
  return call('posix_openpt', show, () => native.posix_openpt(flags));
}

/** Lets the other end of a new pseudo-terminal be opened. */
export function unlockpt(master: number): void {
  const unlocked = Buffer.alloc(4);
  const show = () => `${master}, TIOCSPTLCK, [0]`;
  call('ioctl', show, () => native.buffer(master, TIOCSPTLCK, unlocked));
}

/** man 3 ptsname: what the other end is called, in the devpts that the master is from. */
export function ptsname(master: number): string {
  const number = Buffer.alloc(4);
  const show = () => `${master}, TIOCGPTN, [${number.readUInt32LE(0)}]`;
  call('ioctl', show, () => native.buffer(master, TIOCGPTN, number));
  return `/dev/pts/${number.readUInt32LE(0)}`;
}

/** The other end, opened by the descriptor of this one: its name, /dev/pts/N, might lead to somebody else's file. */
export function openPeer(master: number): number {
  const flags = O_RDWR | O_NOCTTY | O_CLOEXEC;
  const show = () => `${master}, TIOCGPTPEER, ${showFlags(OPEN_FLAGS, flags)}`;
  return call('ioctl', show, () => native.number(master, TIOCGPTPEER, flags));
}

/** Makes the terminal that of this session, whose leader we have to be: from it Ctrl-C comes. */
export function setControllingTerminal(fd: number): void {
  const show = () => `${fd}, TIOCSCTTY, 0`;
  call('ioctl', show, () => native.number(fd, TIOCSCTTY, 0));
}

/** man 3 isatty: true when the descriptor is that of a terminal. */
export function isatty(fd: number): boolean {
  return (native.isatty(fd) as number) === 1;
}

/** Programs in it hear of the change by SIGWINCH. */
export function setTerminalSize(fd: number, { rows, columns }: TerminalSize): void {
  const size = Buffer.alloc(8); // struct winsize: four u16, the last two in pixels
  size.writeUInt16LE(rows, 0);
  size.writeUInt16LE(columns, 2);
  const show = () => `${fd}, TIOCSWINSZ, ${showSize(size)}`;
  call('ioctl', show, () => native.buffer(fd, TIOCSWINSZ, size));
}

export function getTerminalSize(fd: number): TerminalSize {
  const size = Buffer.alloc(8);
  const show = (result: number) => `${fd}, TIOCGWINSZ, ${result < 0 ? '…' : showSize(size)}`;
  call('ioctl', show, () => native.buffer(fd, TIOCGWINSZ, size));
  return { rows: size.readUInt16LE(0), columns: size.readUInt16LE(2) };
}

function showSize(size: Buffer): string {
  const [ws_row, ws_col, ws_xpixel, ws_ypixel] = [0, 2, 4, 6].map((at) => size.readUInt16LE(at)) as [
    number,
    number,
    number,
    number,
  ];
  return showStruct({ ws_row, ws_col, ws_xpixel, ws_ypixel });
}

/**
 * Makes a terminal pass on every key as it is typed (man 3 cfmakeraw). ENOTTY for what is no terminal.
 * @returns puts the settings back that it had.
 */
export function makeRaw(fd: number): () => void {
  const before = Buffer.alloc(TERMIOS_SIZE);
  const show = (result: number) => `${fd}, TCGETS, ${result < 0 ? '…' : showSettings(before)}`;
  call('tcgetattr', show, () => native.tcgetattr(fd, before));
  const raw = Buffer.from(before);
  native.cfmakeraw(raw);
  setAttributes(fd, raw);
  return () => setAttributes(fd, before);
}

/** Waits until what was written to the terminal has come out. */
function setAttributes(fd: number, settings: Buffer): void {
  const show = () => `${fd}, TCSETSW, ${showSettings(settings)}`;
  call('tcsetattr', show, () => native.tcsetattr(fd, TCSADRAIN, settings));
}

/** struct termios begins with four u32 of flags. */
function showSettings(settings: Buffer): string {
  const [c_iflag, c_oflag, c_cflag, c_lflag] = [0, 4, 8, 12].map(
    (at) => `0x${settings.readUInt32LE(at).toString(16)}`,
  ) as [string, string, string, string];
  return showStruct({ c_iflag, c_oflag, c_cflag, c_lflag });
}
