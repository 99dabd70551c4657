// Unix sockets: a connected pair between two processes of ours, or a path that others connect to.

import { O_CLOEXEC, O_NONBLOCK, SHUTDOWNS } from './constants.ts';
import { quote, showConstant, showStruct } from './decode.ts';
import { bind, call } from './door.ts';

const AF_UNIX = 1;
const SOCK_STREAM = 1;
const SOCK_CLOEXEC = O_CLOEXEC;
export const SOCK_NONBLOCK = O_NONBLOCK;
const PATH_MAX_BYTES = 107; // sun_path without its closing zero

const native = {
  socketpair: bind('int socketpair(int domain, int type, int protocol, void *fds)'),
  socket: bind('int socket(int domain, int type, int protocol)'),
  bind: bind('int bind(int fd, const void *address, unsigned int length)'),
  connect: bind('int connect(int fd, const void *address, unsigned int length)'),
  listen: bind('int listen(int fd, int backlog)'),
  accept4: bind('int accept4(int fd, void *address, void *length, int flags)'),
  shutdown: bind('int shutdown(int fd, int how)'),
};

/** SOCK_SEQPACKET keeps messages apart: what one write sent, one read gets. So does SOCK_DGRAM, which knows no end. */
export const SOCKET_TYPES = { SOCK_STREAM, SOCK_DGRAM: 2, SOCK_SEQPACKET: 5 } as const;

/** Two connected sockets, closed by execve. */
export function socketpair(type: keyof typeof SOCKET_TYPES = 'SOCK_STREAM'): [number, number] {
  const fds = Buffer.alloc(8);
  const show = () => `AF_UNIX, ${type}|SOCK_CLOEXEC, 0, [${fds.readInt32LE(0)}, ${fds.readInt32LE(4)}]`;
  call('socketpair', show, () => native.socketpair(AF_UNIX, SOCKET_TYPES[type] | SOCK_CLOEXEC, 0, fds));
  return [fds.readInt32LE(0), fds.readInt32LE(4)];
}

/** A new unix socket, closed by execve. `flags` is 0 or SOCK_NONBLOCK. */
export function socket(flags = 0, type: keyof typeof SOCKET_TYPES = 'SOCK_STREAM'): number {
  const show = () => `AF_UNIX, ${type}|SOCK_CLOEXEC${flags & SOCK_NONBLOCK ? '|SOCK_NONBLOCK' : ''}, 0`;
  return call('socket', show, () => native.socket(AF_UNIX, SOCKET_TYPES[type] | SOCK_CLOEXEC | flags, 0));
}

/** struct sockaddr_un: the family and the path with its closing zero, or a zero and a name that is on no disk (`@name`). */
function unixAddress(path: string): Buffer {
  if (Buffer.byteLength(path) > PATH_MAX_BYTES) {
    throw new Error(`${path}: longer than the ${PATH_MAX_BYTES} bytes a unix socket's path may have`);
  }
  const family = Buffer.alloc(2);
  family.writeUInt16LE(AF_UNIX);
  const isAbstract = path.startsWith('@');
  return Buffer.concat([family, Buffer.from(isAbstract ? `\0${path.slice(1)}` : `${path}\0`)]);
}

function showAddress(fd: number, path: string, address: Buffer): string {
  return `${fd}, ${showStruct({ sa_family: 'AF_UNIX', sun_path: quote(path) })}, ${address.length}`;
}

/** Gives the socket a path of at most 107 bytes; EADDRINUSE when there is a file. */
export function bindUnix(fd: number, path: string): void {
  const address = unixAddress(path);
  const show = () => showAddress(fd, path, address);
  call('bind', show, () => native.bind(fd, address, address.length), path);
}

/** ECONNREFUSED when nobody listens any more, ENOENT when there is no such socket. */
export function connectUnix(fd: number, path: string): void {
  const address = unixAddress(path);
  const show = () => showAddress(fd, path, address);
  call('connect', show, () => native.connect(fd, address, address.length), path);
}

export function listen(fd: number, backlog = 16): void {
  const show = () => `${fd}, ${backlog}`;
  call('listen', show, () => native.listen(fd, backlog));
}

/** The next connection, non-blocking and closed by execve. */
export function accept4(fd: number): number {
  const show = () => `${fd}, NULL, NULL, SOCK_CLOEXEC|SOCK_NONBLOCK`;
  return call('accept4', show, () => native.accept4(fd, null, null, SOCK_CLOEXEC | SOCK_NONBLOCK));
}

/** Ends one direction of a connection, or both: with SHUT_WR the other side reads the end. */
export function shutdown(fd: number, how: number): void {
  const show = () => `${fd}, ${showConstant(SHUTDOWNS, how)}`;
  call('shutdown', show, () => native.shutdown(fd, how));
}
