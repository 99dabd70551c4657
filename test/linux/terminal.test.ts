import { existsSync, readlinkSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { O_CLOEXEC, O_NOCTTY, O_RDWR } from '../../src/linux/constants.ts';
import { close, open, read, write } from '../../src/linux/files.ts';
import {
  getTerminalSize,
  makeRaw,
  openPeer,
  posix_openpt,
  ptsname,
  setTerminalSize,
  unlockpt,
} from '../../src/linux/terminal.ts';
import { isMissing } from './missing.ts';

const FLAGS = O_RDWR | O_NOCTTY | O_CLOEXEC;

/** Calls `use` with both ends of a new terminal. */
function withTerminal(use: (master: number, slave: number) => void): void {
  const master = posix_openpt(FLAGS);
  unlockpt(master);
  const slave = openPeer(master);
  try {
    use(master, slave);
  } finally {
    close(slave);
    close(master);
  }
}

function receive(fd: number): string {
  const buffer = Buffer.alloc(100);
  return buffer.toString('utf8', 0, read(fd, buffer));
}

describe.skipIf(isMissing('/dev/ptmx', existsSync('/dev/ptmx')))('a pseudo-terminal', () => {
  test('has two ends, and the other one a name', () => {
    withTerminal((master, slave) => {
      expect(readlinkSync(`/proc/self/fd/${slave}`)).toBe(ptsname(master));
    });
  });

  test('stays locked until it is unlocked', () => {
    const master = posix_openpt(FLAGS);
    expect(() => open(ptsname(master), FLAGS)).toThrow(expect.objectContaining({ code: 'EIO' }));
    expect(() => openPeer(master)).toThrow(
      expect.objectContaining({ code: 'EIO', args: `${master}, TIOCGPTPEER, O_RDWR|O_NOCTTY|O_CLOEXEC` }),
    );
    unlockpt(master);
    close(open(ptsname(master), FLAGS));
    close(master);
  });

  test('has a size', () => {
    withTerminal((master, slave) => {
      setTerminalSize(master, { rows: 33, columns: 123 });
      expect(getTerminalSize(slave)).toEqual({ rows: 33, columns: 123 });
    });
  });

  test('edits lines until it is made raw, and afterwards again', () => {
    withTerminal((master, slave) => {
      write(slave, Buffer.from('line\n'));
      expect(receive(master)).toBe('line\r\n');
      const restore = makeRaw(slave);
      write(slave, Buffer.from('line\n'));
      expect(receive(master)).toBe('line\n');
      write(master, Buffer.from('\x03'));
      expect(receive(slave)).toBe('\x03'); // Ctrl-C is a byte as any other
      restore();
      write(slave, Buffer.from('line\n'));
      expect(receive(master)).toBe('line\r\n');
    });
  });

  test('is told from a file', () => {
    const file = open('/dev/null', O_RDWR);
    const noTerminal = expect.objectContaining({ code: 'ENOTTY', hint: 'It is no terminal.', lesson: '08-exec' });
    expect(() => makeRaw(file)).toThrow(noTerminal);
    expect(() => getTerminalSize(file)).toThrow(noTerminal);
    close(file);
  });
});
