import { mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { F_GETFD, F_GETFL, FD_CLOEXEC, O_NONBLOCK, O_RDONLY, SHUT_WR } from '../../src/linux/constants.ts';
import { close, fcntl, open, read, write } from '../../src/linux/files.ts';
import { receiveFd, sendFd } from '../../src/linux/pass-fd.ts';
import {
  accept4,
  bindUnix,
  connectUnix,
  listen,
  SOCK_NONBLOCK,
  shutdown,
  socket,
  socketpair,
} from '../../src/linux/sockets.ts';

function receive(fd: number): string {
  const buffer = Buffer.alloc(100);
  return buffer.toString('utf8', 0, read(fd, buffer));
}

describe('socketpair', () => {
  test('carries bytes both ways, and is closed by execve', () => {
    const [a, b] = socketpair();
    write(a, Buffer.from('there'));
    write(b, Buffer.from('back'));
    expect([receive(b), receive(a)]).toEqual(['there', 'back']);
    expect([fcntl(a, F_GETFD), fcntl(b, F_GETFD)]).toEqual([FD_CLOEXEC, FD_CLOEXEC]);
    close(a);
    expect(receive(b)).toBe('');
    close(b);
  });

  test('keeps messages apart with SOCK_SEQPACKET', () => {
    const [a, b] = socketpair('SOCK_SEQPACKET');
    write(a, Buffer.from('one'));
    write(a, Buffer.from('two'));
    expect([receive(b), receive(b)]).toEqual(['one', 'two']);
    close(a);
    close(b);
  });

  test('shutdown ends one direction', () => {
    const [a, b] = socketpair();
    shutdown(a, SHUT_WR);
    expect(receive(b)).toBe('');
    write(b, Buffer.from('still'));
    expect(receive(a)).toBe('still');
    close(a);
    close(b);
  });
});

describe('a socket with a path', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'socket-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('takes connections', () => {
    const path = join(folder, 'socket');
    const server = socket();
    bindUnix(server, path);
    listen(server);
    const client = socket();
    connectUnix(client, path);
    const connection = accept4(server);
    expect(fcntl(connection, F_GETFL) & O_NONBLOCK).toBe(O_NONBLOCK);
    write(client, Buffer.from('hello'));
    expect(receive(connection)).toBe('hello');
    for (const fd of [connection, client, server]) close(fd);
    const again = socket();
    expect(() => connectUnix(again, path)).toThrow(
      expect.objectContaining({ code: 'ECONNREFUSED', hint: expect.stringContaining('Nobody listens') }),
    );
    close(again);
  });

  test('EADDRINUSE where there is a file', () => {
    const path = join(folder, 'file');
    writeFileSync(path, '');
    const server = socket(SOCK_NONBLOCK);
    expect(() => bindUnix(server, path)).toThrow(
      expect.objectContaining({
        code: 'EADDRINUSE',
        args: `${server}, {sa_family: AF_UNIX, sun_path: "${path}"}, ${path.length + 3}`,
      }),
    );
    close(server);
  });

  test('a path of 107 bytes is the longest', () => {
    const server = socket();
    const longest = join(folder, 'x'.repeat(107 - folder.length - 1));
    bindUnix(server, longest);
    close(server);
    expect(() => bindUnix(server, `${longest}y`)).toThrow('longer than the 107 bytes');
  });
});

describe('SCM_RIGHTS', () => {
  test('gives an open file to the other side', () => {
    const [a, b] = socketpair('SOCK_SEQPACKET');
    const file = open('/proc/self/status', O_RDONLY);
    sendFd(a, file);
    const received = receiveFd(b);
    expect(received).not.toBe(file);
    expect(readlinkSync(`/proc/self/fd/${received}`)).toMatch(/^\/proc\/\d+\/status$/);
    expect(fcntl(received, F_GETFD)).toBe(FD_CLOEXEC);
    for (const fd of [a, b, file, received]) close(fd);
  });

  test('a message without a descriptor is an error', () => {
    const [a, b] = socketpair('SOCK_SEQPACKET');
    write(a, Buffer.from('x'));
    expect(() => receiveFd(b)).toThrow('without a descriptor');
    close(a);
    close(b);
  });

  test('EBADF for what is not open', () => {
    const [a, b] = socketpair();
    expect(() => sendFd(a, 12345)).toThrow(
      expect.objectContaining({ code: 'EBADF', call: 'sendmsg', lesson: '08-exec' }),
    );
    close(a);
    close(b);
  });
});
