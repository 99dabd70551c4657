// Pseudo-terminals and what can be asked of a terminal (man 4 pts, man 2 ioctl_tty).

import { O_CLOEXEC, O_NOCTTY, O_RDWR } from './constants.ts';
import { bind, call } from './door.ts';

const native = {
  number: bind('int ioctl(int fd, unsigned long request, long argument)'),
  buffer: bind('int ioctl(int fd, unsigned long request, void *argument)'),
  tcgetattr: bind('int tcgetattr(int fd, void *settings)'),
  tcsetattr: bind('int tcsetattr(int fd, int when, const void *settings)'),
  cfmakeraw: bind('void cfmakeraw(void *settings)'),
};

const TERMIOS_SIZE = 60; // libc's struct termios
const TCSADRAIN = 1;

const TIOCSCTTY = 0x540e;
const TIOCGWINSZ = 0x5413;
const TIOCSWINSZ = 0x5414;
const TIOCSPTLCK = 0x40045431;
const TIOCGPTPEER = 0x5441;

/** In characters. */
export interface TerminalSize {
  rows: number;
  columns: number;
}

/** Lets the other end of a new pseudo-terminal be opened. */
export function unlockpt(master: number): void {
  const unlocked = Buffer.alloc(4);
  call(
    'ioctl',
    () => `${master}, TIOCSPTLCK, 0`,
    () => native.buffer(master, TIOCSPTLCK, unlocked),
  );
}

/** The other end, opened by the descriptor of this one: its name, /dev/pts/N, might lead to somebody else's file. */
export function openPeer(master: number): number {
  return call(
    'ioctl',
    () => `${master}, TIOCGPTPEER, O_RDWR|O_NOCTTY|O_CLOEXEC`,
    () => native.number(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC),
  );
}

/** Makes the terminal that of this session, whose leader we have to be: from it Ctrl-C comes. */
export function setControllingTerminal(fd: number): void {
  call(
    'ioctl',
    () => `${fd}, TIOCSCTTY, 0`,
    () => native.number(fd, TIOCSCTTY, 0),
  );
}

/** Programs in it hear of the change by SIGWINCH. */
export function setTerminalSize(fd: number, { rows, columns }: TerminalSize): void {
  const size = Buffer.alloc(8); // struct winsize: four u16, the last two in pixels
  size.writeUInt16LE(rows, 0);
  size.writeUInt16LE(columns, 2);
  call(
    'ioctl',
    () => `${fd}, TIOCSWINSZ, {${rows}, ${columns}}`,
    () => native.buffer(fd, TIOCSWINSZ, size),
  );
}

export function getTerminalSize(fd: number): TerminalSize {
  const size = Buffer.alloc(8);
  call(
    'ioctl',
    () => `${fd}, TIOCGWINSZ`,
    () => native.buffer(fd, TIOCGWINSZ, size),
  );
  return { rows: size.readUInt16LE(0), columns: size.readUInt16LE(2) };
}

/**
 * Makes a terminal pass on every key as it is typed (man 3 cfmakeraw). ENOTTY for what is no terminal.
 * @returns puts the settings back that it had.
 */
export function makeRaw(fd: number): () => void {
  const before = Buffer.alloc(TERMIOS_SIZE);
  call(
    'tcgetattr',
    () => `${fd}, …`,
    () => native.tcgetattr(fd, before),
  );
  const raw = Buffer.from(before);
  native.cfmakeraw(raw);
  setAttributes(fd, raw);
  return () => setAttributes(fd, before);
}

/** Waits until what was written to the terminal has come out. */
function setAttributes(fd: number, settings: Buffer): void {
  call(
    'tcsetattr',
    () => `${fd}, TCSADRAIN, …`,
    () => native.tcsetattr(fd, TCSADRAIN, settings),
  );
}
