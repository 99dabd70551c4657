// Descriptors: copies of them, their flags, pipes, and locks on the files behind them.

import {
  CLOSE_RANGE_FLAGS,
  F_ADD_SEALS,
  F_GETFD,
  F_GETFL,
  F_SETFD,
  F_SETFL,
  FCNTL_COMMANDS,
  FD_CLOEXEC,
  LOCKS,
  MEMFD_FLAGS,
  OPEN_FLAGS,
  SEALS,
} from './constants.ts';
import { quote, showConstant, showFd, showFlags, showOpenFlags } from './decode.ts';
import { bind, bindNumber, call } from './door.ts';

const native = {
  fcntl: bind('int fcntl(int fd, int command, long argument)'),
  pipe2: bind('int pipe2(void *fds, int flags)'),
  dup3: bind('int dup3(int from, int to, int flags)'),
  close_range: bindNumber('close_range', 'unsigned int first, unsigned int last, unsigned int flags'),
  memfd_create: bind('int memfd_create(const char *name, unsigned int flags)'),
  flock: bind('int flock(int fd, int operation)'),
};

/** An advisory lock that lives as long as the open file: LOCK_EX, LOCK_SH, with LOCK_NB EWOULDBLOCK when taken. */
export function flock(fd: number, operation: number): void {
  const show = () => `${showFd(fd)}, ${showFlags(LOCKS, operation)}`;
  call('flock', show, () => native.flock(fd, operation));
}

/** man 2 fcntl: F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC. */
export function fcntl(fd: number, command: number, argument = 0): number {
  const show = () => `${fd}, ${showConstant(FCNTL_COMMANDS, command)}${showFcntlArgument(command, argument)}`;
  return call('fcntl', show, () => native.fcntl(fd, command, argument));
}

function showFcntlArgument(command: number, argument: number): string {
  if (command === F_GETFD || command === F_GETFL) return '';
  if (command === F_SETFL) return `, ${showOpenFlags(argument)}`;
  if (command === F_ADD_SEALS) return `, ${showFlags(SEALS, argument)}`;
  return command === F_SETFD ? `, ${showFlags({ FD_CLOEXEC }, argument)}` : `, ${argument}`;
}

/** @returns the end to read from and the end to write to. */
export function pipe2(flags: number): [number, number] {
  const fds = Buffer.alloc(8);
  const show = () => `[${fds.readInt32LE(0)}, ${fds.readInt32LE(4)}], ${showFlags(OPEN_FLAGS, flags)}`;
  call('pipe2', show, () => native.pipe2(fds, flags));
  return [fds.readInt32LE(0), fds.readInt32LE(4)];
}

/** man 2 memfd_create: an empty file that lies in memory alone, and is gone when nobody has it open any more. */
export function memfd_create(name: string, flags: number): number {
  const show = () => `${quote(name)}, ${showFlags(MEMFD_FLAGS, flags)}`;
  return call('memfd_create', show, () => native.memfd_create(name, flags));
}

/** Makes `to` the same open file as `from`; EINVAL when they are equal. */
export function dup3(from: number, to: number, flags = 0): void {
  const show = () => `${from}, ${to}, ${showFlags(OPEN_FLAGS, flags)}`;
  call('dup3', show, () => native.dup3(from, to, flags));
}

/** Closes all descriptors from `first` to `last`, or with CLOSE_RANGE_CLOEXEC marks them for execve to close. */
export function close_range(first: number, last = 0xffffffff, flags = 0): void {
  const show = () => `${first}, ${last}, ${showFlags(CLOSE_RANGE_FLAGS, flags)}`;
  call('close_range', show, () => native.close_range(first, last, flags));
}
