import { describe, expect, test } from 'vitest';
import {
  AT_FDCWD,
  CLONE_FLAGS,
  CLONE_NEWNET,
  CLONE_NEWNS,
  CLONE_NEWPID,
  MOUNT_ATTR__ATIME,
  MOUNT_ATTRIBUTES,
  O_CLOEXEC,
  SIGNALS,
} from '../../src/linux/constants.ts';
import {
  hex,
  octal,
  quote,
  quoteBytes,
  showConstant,
  showDirfd,
  showFd,
  showFlags,
  showStruct,
} from '../../src/linux/decode.ts';
import { close, open } from '../../src/linux/files.ts';

describe('showFlags', () => {
  test.each([
    [CLONE_NEWPID | CLONE_NEWNS, 'CLONE_NEWNS|CLONE_NEWPID'],
    [CLONE_NEWNET, 'CLONE_NEWNET'],
    [0, '0'],
    [0x1, '0x1'],
    [CLONE_NEWNS | 0x1, 'CLONE_NEWNS|0x1'],
    [0x80000000 | 0, '0x80000000'], // a negative number in JavaScript
  ])('shows %d as names, and the rest in hex', (value, text) => {
    expect(showFlags(CLONE_FLAGS, value)).toBe(text);
  });

  test('shows bits that are a value together by one name', () => {
    expect(showFlags(MOUNT_ATTRIBUTES, MOUNT_ATTR__ATIME)).toBe('MOUNT_ATTR__ATIME');
  });
});

test('showConstant shows one name, or the number', () => {
  expect(showConstant(SIGNALS, 9)).toBe('SIGKILL');
  expect(showConstant(SIGNALS, 64)).toBe('64');
});

describe('quote', () => {
  test.each([
    ['plain', '"plain"'],
    ['with "quotes"\n', '"with \\"quotes\\"\\n"'],
    [null, 'NULL'],
    ['', '""'],
  ])('quotes %j', (text, quoted) => {
    expect(quote(text)).toBe(quoted);
  });

  test('cuts off what is long, and says so', () => {
    expect(quote('x'.repeat(5000))).toBe(`"${'x'.repeat(1024)}"...`);
  });

  test('lets nothing through that could steer a terminal', () => {
    const every = String.fromCharCode(...Array.from({ length: 256 }, (_, code) => code));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
    expect(quote(every)).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    expect(JSON.parse(quote(every))).toBe(every);
  });
});

test('quoteBytes shows the beginning', () => {
  expect(quoteBytes(Buffer.from('deny'))).toBe('"deny"');
  expect(quoteBytes(Buffer.alloc(100, 'x'))).toBe(`"${'x'.repeat(64)}"...`);
});

test('showStruct looks like C', () => {
  expect(showStruct({ flags: 'CLONE_NEWNS', exit_signal: 'SIGCHLD', size: 3n })).toBe(
    '{flags: CLONE_NEWNS, exit_signal: SIGCHLD, size: 3}',
  );
});

test('numbers are written as people write them', () => {
  expect([octal(0o755), octal(0), hex(0xa80425fbn), hex(0n)]).toEqual(['0755', '0', '0xa80425fb', '0']);
});

describe('descriptors', () => {
  test('are shown with what they are open on', () => {
    const [folder, namespace, event] = [open('/proc', O_CLOEXEC), open('/proc/self/ns/uts', O_CLOEXEC), 98765];
    expect(showFd(folder)).toBe(`${folder}</proc>`);
    expect(showFd(namespace)).toMatch(new RegExp(`^${namespace}<uts:\\[\\d+\\]>$`));
    expect(showFd(event)).toBe('98765'); // not open
    close(folder);
    close(namespace);
  });

  test('of the current folder have a name', () => {
    expect(showDirfd(AT_FDCWD)).toBe('AT_FDCWD');
  });
});
